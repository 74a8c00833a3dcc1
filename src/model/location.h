/* Location: what a routing policy knows of where somebody asks from, and how well a record's words fit.
 *
 * A location is a continent, a country, or elsewhere: everybody else.  Continents are words (europe): of the codes that
 * Route 53 writes two are countries too, SA and AF.  A network is IPv4, address and bits. */
#ifndef MRSIM_MODEL_LOCATION_H
#define MRSIM_MODEL_LOCATION_H
#include "model/component.h"

/* africa, asia, europe, north-america, oceania, south-america; NULL-terminated. */
extern const char *const continent_words[];
/* The word for a continent of the tables of places (NA SA EU AF ME AS OC): the Middle East is in asia. */
const char *continent_word(const char *code);

/* The smallest of the locations that somebody from there is in: the smaller, the better the fit. */
typedef enum { FIT_NONE, FIT_ELSEWHERE, FIT_CONTINENT, FIT_COUNTRY } Fit;
/* NULL: nobody knows where an address is; it is elsewhere. */
Fit locations_fit(const Locations *locations, const char *country, const char *continent);

/* The bits of the longest of the networks that the address is in; 0: elsewhere; -1: in none. Address 0: not known. */
int subnets_fit(const Subnets *subnets, guint32 address);
/* The address of a part of 24 bits of one of them, each equally likely; 0: there is none. */
guint32 subnets_draw(const Subnets *subnets, guint64 key);
/* "198.51.100.0/22" into a buffer of SUBNET_TEXT bytes. */
enum { SUBNET_TEXT = 20 };
const char *subnet_text(Subnet subnet, char *buffer);
#endif

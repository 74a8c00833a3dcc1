/* Zone: how scenarios name the zones of a region: by the letter behind the region's name, a for the first. */
#ifndef MRSIM_MODEL_ZONE_H
#define MRSIM_MODEL_ZONE_H
#include "model/component.h"

/* For Param.choices. */
#define ZONE_LETTERS "a b c d e f g h i j k l m n o p q r s t u v w x y z"
#define ZONE_CHOICES "all " ZONE_LETTERS
/* Of a value of ZONE_CHOICES: the number of the zone, or WHOLE_REGION. */
#define ZONE_OF(choice) ((choice)-1)

char zone_letter(int zone);
/* For Component.check: says of the key that the region (of the world) has no such zone; true where it has. WHOLE_REGION
 * there always is. */
bool zone_check(const World *world, int region, int zone, const char *key, Complaints *complaints);
/* The same for who is meant in one region only: says of `of` that it names none (front@us-east-1). */
bool zone_check_where(const Reference *of, Complaints *complaints);
#endif

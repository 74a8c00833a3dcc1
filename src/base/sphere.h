/* Sphere: distances along great circles, with functions of our own (base/real.h): the same on every machine. */
#ifndef MRSIM_BASE_SPHERE_H
#define MRSIM_BASE_SPHERE_H

#define EARTH_KM 6371.0

typedef struct {
    double lat, lon; /* radians; north and east are positive */
} Position;

Position position_of(double lat, double lon); /* degrees */
/* Kilometres along the great circle, by the haversine formula, on a sphere of EARTH_KM. */
double great_circle_km(Position a, Position b);
#endif

#include "base/sphere.h"
#include "base/real.h"
#include <math.h>

#define RADIANS (3.14159265358979323846 / 180)

Position position_of(double lat, double lon)
{
    return (Position){lat * RADIANS, lon * RADIANS};
}

double great_circle_km(Position a, Position b)
{
    double up = real_sin((b.lat - a.lat) / 2), across = real_sin((b.lon - a.lon) / 2);
    double h = up * up + real_cos(a.lat) * real_cos(b.lat) * across * across;
    return 2 * EARTH_KM * real_asin(sqrt(h < 1 ? h : 1));
}

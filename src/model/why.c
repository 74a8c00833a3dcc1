#include "model/call.h"
#include "base/poison.h"

Why why_of(const Call *reply)
{
    uint8_t why = reply->port == PORT_STORE ? reply->store.why : reply->port == PORT_HTTP ? reply->http.why : WHY_NONE;
    switch ((Outcome)reply->outcome) {
    case OUTCOME_TIMEOUT:
        return WHY_TIMEOUT;
    case OUTCOME_REFUSED:
    case OUTCOME_RESET:
        return WHY_REFUSED;
    case OUTCOME_OK:
    case OUTCOME_ERROR:
        break;
    }
    return why != WHY_NONE ? (Why)why : WHY_ERROR;
}

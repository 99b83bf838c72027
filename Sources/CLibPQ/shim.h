// PostgreSQL's own client library; the folder of its header comes from pkg-config.
#include <libpq-fe.h>

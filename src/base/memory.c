/* Memory whose failure is reported. */
#include <stdlib.h>

#include "tcsweep/bytes.h"

void *tcs_allocate(size_t n, size_t size_bytes, tcs_error *error) {
    size_t n_bytes;
    bool is_possible = !__builtin_mul_overflow(n, size_bytes, &n_bytes);
    /* calloc may answer a request for nothing with NULL, which would look like a failure. */
    void *memory = is_possible ? calloc(n_bytes > 0 ? n_bytes : 1, 1) : NULL;
    if (!memory)
        tcs_error_add(error, TCS_OUT_OF_MEMORY, "out of memory: %zu × %zu bytes cannot be had", n, size_bytes);
    return memory;
}

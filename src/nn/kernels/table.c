/* table.c: the table of one instruction set's kernels. */
#include "kernels/vector.h"

#define TCS_KERNEL_ENTRY(result, name, arguments) .name = TCS_KERNEL(name),
extern const tcs_kernels TCS_PASTE(tcs_kernels, TCS_ISA_SUFFIX);
const tcs_kernels TCS_PASTE(tcs_kernels, TCS_ISA_SUFFIX) = {TCS_KERNEL_LIST(TCS_KERNEL_ENTRY)};

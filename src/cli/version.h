/* version.h: what this program is made of. All texts have static storage. */
#ifndef TCS_CLI_VERSION_H
#define TCS_CLI_VERSION_H

const char *version_text(void);   /* "0.1.0" */
const char *version_commit(void); /* git's short name, "-dirty" where the tree was changed; "unknown" outside a checkout */
const char *version_mpi(void);    /* "none" in a build without MPI */
/* Several lines: version, commit, libraries, instruction sets. */
void version_print(void);

#endif

/* folder.h: a directory for the files of a test. */
#ifndef TCS_TESTS_STORE_FOLDER_H
#define TCS_TESTS_STORE_FOLDER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { HAS_SANITIZER = 1 }; /* forking is slow then: fewer tries */
#else
enum { HAS_SANITIZER = 0 };
#endif

typedef struct folder {
    char path[256];
    char file[300]; /* results.h5 in it */
} folder;

static inline folder folder_make_in(const char *where) {
    folder made;
    snprintf(made.path, sizeof made.path, "%.200s/tcsweep-store-XXXXXX", where);
    if (!mkdtemp(made.path)) {
        perror(made.path);
        _exit(1);
    }
    snprintf(made.file, sizeof made.file, "%s/results.h5", made.path);
    return made;
}

static inline folder folder_make(void) {
    const char *where = getenv("TMPDIR");
    return folder_make_in(where ? where : "/tmp");
}

/* In memory where that is possible, for tests that make thousands of files. */
static inline folder folder_make_fast(void) {
    return access("/dev/shm", W_OK) == 0 ? folder_make_in("/dev/shm") : folder_make();
}

static inline size_t folder_count(const char *path, int removes) {
    size_t n = 0;
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char name[600];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        n++;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (removes)
            unlink(name);
    }
    if (directory)
        closedir(directory);
    return n;
}

static inline void folder_remove(const folder *made) {
    folder_count(made->path, 1);
    rmdir(made->path);
}

#endif

/* A disk that takes four milliseconds longer for each promise to keep something: loaded before a program's own
   libraries (LD_PRELOAD), so that no program has to be changed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int file)
{
    struct timespec four_milliseconds = {0, 4000000};
    nanosleep(&four_milliseconds, 0);
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }

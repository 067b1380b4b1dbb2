/* Notes every change of a file in one folder, and every promise to keep it, in the order in which they happen: loaded
   before a program's own libraries (LD_PRELOAD). RECORDED is the folder, RECORD the file for the notes. A change is
   noted before it is made and a promise after it was given, so no note says more than the disk could hold. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
static char *names[FILES];

static int notes(void)
{
    static int file = -1;
    static int (*really)(const char *, int, ...);
    if (file < 0 && getenv("RECORD")) {
        really = dlsym(RTLD_NEXT, "open");
        file = really(getenv("RECORD"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    return file;
}

static int is_ours(const char *name)
{
    const char *folder = getenv("RECORDED");
    return folder && strncmp(name, folder, strlen(folder)) == 0;
}

static void note(char kind, const char *name, int64_t place, const void *data, uint32_t size)
{
    static ssize_t (*really)(int, const struct iovec *, int);
    struct { char kind; uint32_t name, size; int64_t place; } __attribute__((packed))
        head = {kind, strlen(name), size, place};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)name, head.name}, {(void *)data, size}};
    if (!really)
        really = dlsym(RTLD_NEXT, "writev");
    if (notes() < 0 || really(notes(), parts, 3) < 0)
        abort();
}

static int opened(const char *symbol, const char *name, int flags, mode_t mode)
{
    int (*really)(const char *, int, ...) = dlsym(RTLD_NEXT, symbol);
    int is_new = is_ours(name) && (flags & O_CREAT) && access(name, F_OK) != 0;
    int file = really(name, flags, mode);
    if (file >= 0 && file < FILES && is_ours(name)) {
        free(names[file]);
        names[file] = strdup(name);
        if (is_new)
            note('c', name, 0, "", 0);
    }
    return file;
}

#define OPEN(symbol) \
    int symbol(const char *name, int flags, ...) \
    { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        return opened(#symbol, name, flags, mode); \
    }
OPEN(open)
OPEN(open64)

static const char *name_of(int file) { return file >= 0 && file < FILES ? names[file] : NULL; }

int close(int file)
{
    if (name_of(file)) {
        free(names[file]);
        names[file] = NULL;
    }
    return ((int (*)(int))dlsym(RTLD_NEXT, "close"))(file);
}

#define WRITE_AT(symbol) \
    ssize_t symbol(int file, const void *data, size_t size, off_t place) \
    { \
        if (name_of(file)) \
            note('w', name_of(file), place, data, size); \
        return ((ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, #symbol))(file, data, size, place); \
    }
WRITE_AT(pwrite)
WRITE_AT(pwrite64)

ssize_t write(int file, const void *data, size_t size)
{
    if (name_of(file))
        note('w', name_of(file), lseek(file, 0, SEEK_CUR), data, size);
    return ((ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(file, data, size);
}

#define CUT(symbol) \
    int symbol(int file, off_t size) \
    { \
        if (name_of(file)) \
            note('t', name_of(file), size, "", 0); \
        return ((int (*)(int, off_t))dlsym(RTLD_NEXT, #symbol))(file, size); \
    }
CUT(ftruncate)
CUT(ftruncate64)

#define PROMISE(symbol) \
    int symbol(int file) \
    { \
        int answer = ((int (*)(int))dlsym(RTLD_NEXT, #symbol))(file); \
        if (answer == 0 && name_of(file)) \
            note('s', name_of(file), 0, "", 0); \
        return answer; \
    }
PROMISE(fsync)
PROMISE(fdatasync)

int unlink(const char *name)
{
    if (is_ours(name))
        note('d', name, 0, "", 0);
    return ((int (*)(const char *))dlsym(RTLD_NEXT, "unlink"))(name);
}

/*
 * A disk that forgets what was never synced, for one process: preloaded into it, this library takes the place of fsync
 * and fdatasync, and keeps beside the data folder an image of what they made durable, and of nothing else.
 *
 * The model is the strict reading of POSIX: syncing a file makes its content durable, not its name; syncing a folder
 * makes the names in it durable, not what the files hold. Renames, removals and new names are therefore lost until the
 * folder is synced, and a name whose file was never synced leads to an empty file.
 *
 * Image: files/<inode> is a file's durable content; dirs/<inode> lists a folder's durable names, one a line as
 * `F <inode> <name>` or `D <inode> <name>`; dirs/root is the data folder itself. Inodes are told apart by their time of
 * birth too, since file systems use their numbers again. What is there at the start counts as durable.
 *
 * Environment: QUDAG_DISK_ROOT (the data folder), QUDAG_DISK_IMAGE (an empty folder outside it), and for a disk that
 * breaks QUDAG_DISK_SYNCS: after so many syncs each further one fails with EIO, and makes nothing durable.
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 4096, NAME = 2 * PATH_MAX, KEY = 64 };

static char root[PATH_MAX];
static char image[PATH_MAX];
static long syncs_left = LONG_MAX;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void die(const char *what) {
  fprintf(stderr, "injected disk: %s: %s\n", what, strerror(errno));
  abort();
}

static void key_of(int dir, const char *path, int flags, char *key, mode_t *mode) {
  struct statx st;
  if (statx(dir, path, flags, STATX_BASIC_STATS | STATX_BTIME, &st) != 0) die("statx");
  snprintf(key, KEY, "%llu-%lld-%u", (unsigned long long)st.stx_ino, (long long)st.stx_btime.tv_sec,
           st.stx_btime.tv_nsec);
  *mode = st.stx_mode;
}

/* Reads through the given descriptor: opening the file anew and closing it would drop the process's locks on it. */
static void keep_file(int fd, const char *key) {
  char name[NAME];
  snprintf(name, sizeof name, "%s/files/%s", image, key);
  int copy = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (copy < 0) die("open image");
  struct stat st;
  if (fstat(fd, &st) != 0) die("fstat");
  static char now[BLOCK], kept[BLOCK];
  for (off_t offset = 0; offset < st.st_size; offset += BLOCK) {
    ssize_t length = pread(fd, now, BLOCK, offset);
    if (length < 0) die("pread");
    ssize_t known = pread(copy, kept, BLOCK, offset);
    if (known == length && memcmp(now, kept, (size_t)length) == 0) continue;
    if (pwrite(copy, now, (size_t)length, offset) != length) die("pwrite");
  }
  if (ftruncate(copy, st.st_size) != 0) die("ftruncate");
  close(copy);
}

static void keep_folder(const char *path, const char *key) {
  char draft[NAME], name[NAME];
  snprintf(draft, sizeof draft, "%s/dirs/%s.new", image, key);
  snprintf(name, sizeof name, "%s/dirs/%s", image, key);
  DIR *folder = opendir(path);
  FILE *list = fopen(draft, "we");
  if (folder == NULL || list == NULL) die("open folder");
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    struct statx st;
    /* Removed by another thread since it was listed: then its removal is durable. */
    if (statx(dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &st) != 0) continue;
    char entry_key[KEY];
    mode_t mode;
    key_of(dirfd(folder), entry->d_name, AT_SYMLINK_NOFOLLOW, entry_key, &mode);
    if (!S_ISREG(mode) && !S_ISDIR(mode)) continue;
    fprintf(list, "%c %s %s\n", S_ISDIR(mode) ? 'D' : 'F', entry_key, entry->d_name);
  }
  closedir(folder);
  if (fclose(list) != 0 || rename(draft, name) != 0) die("keep folder");
}

/* All that is there when the process starts. */
static void keep_tree(const char *path, const char *key) {
  keep_folder(path, key);
  DIR *folder = opendir(path);
  if (folder == NULL) die("opendir");
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char child[NAME], child_key[KEY];
    mode_t mode;
    snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
    key_of(AT_FDCWD, child, AT_SYMLINK_NOFOLLOW, child_key, &mode);
    if (S_ISDIR(mode)) keep_tree(child, child_key);
    if (!S_ISREG(mode)) continue;
    int fd = open(child, O_RDONLY | O_CLOEXEC);
    if (fd < 0) die("open");
    keep_file(fd, child_key);
    close(fd);
  }
  closedir(folder);
}

__attribute__((constructor)) static void start(void) {
  const char *root_name = getenv("QUDAG_DISK_ROOT"), *image_name = getenv("QUDAG_DISK_IMAGE");
  if (root_name == NULL || image_name == NULL) return;
  if (realpath(root_name, root) == NULL || realpath(image_name, image) == NULL) die("realpath");
  char name[NAME];
  snprintf(name, sizeof name, "%s/files", image);
  if (mkdir(name, 0700) != 0) die("the image is in use: mkdir");
  snprintf(name, sizeof name, "%s/dirs", image);
  if (mkdir(name, 0700) != 0) die("mkdir");
  keep_tree(root, "root");
  if (getenv("QUDAG_DISK_SYNCS") != NULL) syncs_left = atol(getenv("QUDAG_DISK_SYNCS"));
}

enum kept { NOT_OURS, KEPT, BROKEN };

static enum kept keep(int fd) {
  if (root[0] == '\0') return NOT_OURS;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return NOT_OURS;
  path[length] = '\0';
  size_t root_length = strlen(root);
  if (strncmp(path, root, root_length) != 0 || (path[root_length] != '\0' && path[root_length] != '/')) return NOT_OURS;
  char key[KEY];
  mode_t mode;
  key_of(fd, "", AT_EMPTY_PATH, key, &mode);
  pthread_mutex_lock(&lock);
  if (syncs_left == 0) {
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return BROKEN;
  }
  syncs_left -= 1;
  if (S_ISDIR(mode)) {
    keep_folder(path, path[root_length] == '\0' ? "root" : key);
  } else if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
    /* Files opened for writing only are never the ones that are locked. */
    int readable = open(link, O_RDONLY | O_CLOEXEC);
    if (readable < 0) die("reopen");
    keep_file(readable, key);
    close(readable);
  } else {
    keep_file(fd, key);
  }
  pthread_mutex_unlock(&lock);
  return KEPT;
}

int fsync(int fd) {
  enum kept kept = keep(fd);
  if (kept != NOT_OURS) return kept == KEPT ? 0 : -1;
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return next(fd);
}

int fdatasync(int fd) {
  enum kept kept = keep(fd);
  if (kept != NOT_OURS) return kept == KEPT ? 0 : -1;
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  return next(fd);
}

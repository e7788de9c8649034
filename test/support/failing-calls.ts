import {execFileSync, spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {constants, tmpdir} from 'node:os'
import {join} from 'node:path'

import {STANDALONE} from './run-cli.ts'

const COMPILER = 'cc'

/** System calls that a program can be made to fail at, as file systems and policies do. */
type Call = 'chmod' | 'chown' | 'fsync' | 'link' | 'open_without_mode' | 'rename'

const SOURCE = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
static int fails(const char *call) {
  const char *code = getenv(call);
  if (!code) return 0;
  if (!strcmp(code, "pause")) for (;;) pause();
  errno = atoi(code);
  return 1;
}
static int named(const char *path, const char *end) {
  size_t have = strlen(path), want = strlen(end);
  return have >= want && !strcmp(path + have - want, end);
}
int fchmod(int fd, mode_t mode) {
  if (fails("FAIL_chmod")) return -1;
  return ((int (*)(int, mode_t))dlsym(RTLD_NEXT, "fchmod"))(fd, mode);
}
int fchown(int fd, uid_t user, gid_t group) {
  if (fails("FAIL_chown")) return -1;
  return ((int (*)(int, uid_t, gid_t))dlsym(RTLD_NEXT, "fchown"))(fd, user, group);
}
int fsync(int fd) {
  if (fails("FAIL_fsync")) return -1;
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
int link(const char *from, const char *to) {
  if (fails("FAIL_link")) return -1;
  return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link"))(from, to);
}
int rename(const char *from, const char *to) {
  const char *end = getenv("FAIL_rename_to");
  if (end && named(to, end) && fails("FAIL_rename")) return -1;
  return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename"))(from, to);
}
/* As folders that are shared with a virtual machine: a file without any mode is made, and then not opened. */
static int opened(const char *name, const char *path, int flags, mode_t mode) {
  int fd = ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, name))(path, flags, mode);
  if (fd < 0 || !getenv("FAIL_open_without_mode") || !(flags & O_CREAT) || (mode & 0400)) return fd;
  close(fd);
  errno = EACCES;
  return -1;
}
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  return opened("open", path, flags, va_arg(rest, mode_t));
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  return opened("open64", path, flags, va_arg(rest, mode_t));
}
`

/** Whether calls can be made to fail here: on Linux, with a C compiler, and in Node. */
export const canFailCalls = (): boolean =>
  process.platform === 'linux' && !STANDALONE && spawnSync(COMPILER, ['--version']).status === 0

let library: string | undefined

const builtLibrary = (): string => {
  if (library !== undefined) return library
  const dir = mkdtempSync(join(tmpdir(), 'ack-ram-tool-calls-'))
  process.once('exit', () => rmSync(dir, {recursive: true, force: true}))
  const source = join(dir, 'calls.c')
  writeFileSync(source, SOURCE)
  library = join(dir, 'calls.so')
  execFileSync(COMPILER, ['-shared', '-fPIC', '-o', library, source, '-ldl'])
  return library
}

/** The environment in which calls fail with an error code, or never return (`pause`). */
export const failingCalls = (
  calls: Readonly<Partial<Record<Call, keyof typeof constants.errno | 'pause'>>>,
): Record<string, string> => ({
  LD_PRELOAD: builtLibrary(),
  ...Object.fromEntries(
    Object.entries(calls).map(([call, code]) => [
      `FAIL_${call}`,
      code === 'pause' ? code : String(constants.errno[code]),
    ]),
  ),
})

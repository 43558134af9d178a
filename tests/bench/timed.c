/* Runs a program and tells what it cost: timed DESCRIPTOR PROGRAM [ARGUMENT...]
 *
 * One JSON line goes to DESCRIPTOR: CPU time, peak memory, exit status. The kernel counts the
 * memory of whoever started a program as that program's own peak, so it has to be started by
 * something smaller than itself; a script in Python is not. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { kNotRun = 127 };

static long long micros(struct timeval time) {
  return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

int main(int argc, char** argv) {
  const int report = argc < 3 ? -1 : atoi(argv[1]);
  if (report < 0 || fcntl(report, F_SETFD, FD_CLOEXEC) != 0) {
    fputs("usage: timed DESCRIPTOR PROGRAM [ARGUMENT...]\n", stderr);
    return 2;
  }
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing is left behind when the benchmark is interrupted */
    execv(argv[2], argv + 2);
    perror(argv[2]);
    _exit(kNotRun);
  }
  int status = 0;
  struct rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) != child) {
    perror("timed");
    return 2;
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  dprintf(report, "{\"cpu_us\":%lld,\"peak_kib\":%ld,\"exit\":%d}\n",
          micros(used.ru_utime) + micros(used.ru_stime), used.ru_maxrss, code);
  return 0;
}

/* LD_PRELOAD: lets the real libxenlight run on a machine without Xen, as far as it needs no hypervisor: contexts, JSON, the machine's
 * description, a list of domains that has only domain 0. It stands in for the calls of libxenctrl and libxenstore that this needs.
 *
 * XLSTUB_MODE names a file whose word says how the hypervisor answers libxl_get_physinfo, read anew at each call:
 *   hang    never        crash   the process aborts        child   as hang, with a child process at work (its pid in FILE.child)
 *   slow    a second later, and then FILE.done is made     hold    once the word is another one
 *   (else)  at once
 * It has one NUMA node, of which nothing can be learnt but its size, and that only while the word is numa. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char handle[64];

void *xc_interface_open(void *log, void *domlog, unsigned flags) { return handle; }
int xc_interface_close(void *xch) { return 0; }
void *xs_open(unsigned long flags) { return handle; }
void xs_close(void *xsh) { }

static FILE *beside(const char *suffix)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.%s", getenv("XLSTUB_MODE"), suffix);
    return fopen(path, "w");
}

static void read_mode(char mode[16])
{
    const char *file = getenv("XLSTUB_MODE");
    FILE *f = file ? fopen(file, "r") : NULL;

    mode[0] = 0;
    if (f) { (void)!fscanf(f, "%15s", mode); fclose(f); }
}

/* hw_caps of xl info on an AMD EPYC. */
static const uint32_t hw_cap[8] = { 0x178bf3ff, 0xf6d8320b, 0x2e500800, 0x244037ff, 0x0000000f, 0x219c91a9, 0x00400004, 0x00000500 };

int xc_physinfo(void *xch, void *info)
{
    FILE *f;
    char mode[16];

    for (read_mode(mode); !strcmp(mode, "hold"); read_mode(mode)) usleep(20000);
    if (!strcmp(mode, "crash")) abort();
    if (!strcmp(mode, "child")) {
        pid_t child = fork();
        if (!child) for (;;) pause();
        f = beside("child"); fprintf(f, "%d", (int)child); fclose(f);
        for (;;) pause();
    }
    if (!strcmp(mode, "hang")) for (;;) pause();
    if (!strcmp(mode, "slow")) { sleep(1); fclose(beside("done")); }
    memset(info, 0, 80); /* up to max_mfn: no CPU, no memory */
    memcpy((char *)info + 80, hw_cap, sizeof hw_cap);
    ((uint32_t *)info)[4] = 1; /* nr_nodes */
    return 0;
}

long xc_sharing_freed_pages(void *xch) { return 0; }
long xc_sharing_used_frames(void *xch) { return 0; }

/* XENVER_*: version, extraversion, compile_info, capabilities, changeset, platform_parameters, (6), pagesize, (8), commandline, build_id */
int xc_version(void *xch, int cmd, void *arg)
{
    static const size_t size[] = { 0, 16, 144, 1024, 64, sizeof(long), 0, 0, 0, 1024 };

    if (cmd == 0) return 4 << 16 | 17;
    if (cmd == 7) return 4096;
    if (cmd >= (int)(sizeof size / sizeof *size)) { errno = ENOSYS; return -1; }
    memset(arg, 0, size[cmd]);
    if (cmd == 1) strcpy(arg, ".stub");
    return 0;
}

/* Domain 0, and no other. What is not set here (the rest of xc_domaininfo_t) nobody asks about domain 0. */
int xc_domain_getinfolist(void *xch, uint32_t first, unsigned max, void *info)
{
    if (first) return 0;
    *(uint16_t *)info = 0;
    return 1;
}

/* Asked without arrays it says how many nodes there are. */
int xc_numainfo(void *xch, unsigned *max_nodes, void *meminfo, uint32_t *distance)
{
    char mode[16];

    read_mode(mode);
    if (strcmp(mode, "numa")) { errno = ENOSYS; return -1; }
    *max_nodes = 1;
    if (meminfo) { ((uint64_t *)meminfo)[0] = 1 << 30; ((uint64_t *)meminfo)[1] = 0; *distance = 10; }
    return 0;
}
int xc_get_max_cpus(void *xch) { return 1; }
int xc_cputopoinfo(void *xch, unsigned *max_cpus, void *topology) { errno = ENOSYS; return -1; }

/* No security module. */
int xc_flask_sid_to_context(void *xch, int sid, char *buf, uint32_t size) { errno = ENOSYS; return -1; }

/* A xenstore without nodes. */
char *xs_get_domain_path(void *xsh, unsigned domid)
{
    char path[32];

    snprintf(path, sizeof path, "/local/domain/%u", domid);
    return strdup(path);
}
void *xs_read(void *xsh, uint32_t transaction, const char *path, unsigned *length) { errno = ENOENT; return NULL; }

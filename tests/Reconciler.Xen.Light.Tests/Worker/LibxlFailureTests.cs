using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Worker;
using Reconciler.Xen.Light.Worker.Pool;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Tests.Worker;

public sealed class LibxlFailureTests
{
    [Theory]
    [InlineData(-5, "", XenErrorCode.NotEnoughMemory)]
    [InlineData(-6, "", XenErrorCode.InvalidConfiguration)]
    [InlineData(-21, "", XenErrorCode.Stale)]
    [InlineData(-10, "", XenErrorCode.NotSupported)]
    [InlineData(-9, "", XenErrorCode.Timeout)]
    [InlineData(-3, "", XenErrorCode.Failed)]
    [InlineData(-99, "", XenErrorCode.Failed)]
    [InlineData(-3, "xc: error: panic: xc_dom_core.c:713: xc_dom_find_loader: no loader found: Invalid kernel", XenErrorCode.InvalidConfiguration)]
    [InlineData(-3, "libxl: error: xc_dom_kernel_file failed: No such file or directory", XenErrorCode.FileNotUsable)]
    [InlineData(-3, "xc: error: panic: xc_dom_boot.c:123: xc_dom_boot_mem_init: can't allocate low memory for domain: Out of memory", XenErrorCode.NotEnoughMemory)]
    public void A_failure_has_its_kind_from_the_code_or_where_that_says_nothing_from_the_log(int result, string line, XenErrorCode code)
    {
        var error = new WorkerError { Message = "libxl_domain_create_new returned", Function = "libxl_domain_create_new", Result = result };
        var exception = LibxlFailure.ToException("create-paused", error, line.Length > 0 ? [line] : []);
        exception.Code.ShouldBe(code);
        if (line.Length > 0) exception.Message.ShouldContain(line);
    }

    [Fact]
    public void A_connection_that_xenstored_closed_is_not_blamed_on_the_configuration()
    {
        string[] lines =
        [
            "libxl: error: libxl_xshelp.c:154:libxl__xs_get_dompath: Failed to get dompath: Bad file descriptor",
            "libxl: error: libxl_create.c:1134:libxl__domain_config_setdefault: Illegal pool specified: (null)",
        ];
        var exception = LibxlFailure.ToException("create-paused", new WorkerError { Message = "failed", Result = -6 }, lines);
        exception.Code.ShouldBe(XenErrorCode.Unavailable);
        exception.Message.ShouldContain("xenstored closed the worker's connection");
    }

    [Fact]
    public void A_script_that_libxl_gave_up_is_named_with_the_remedy()
    {
        string[] lines =
        [
            "libxl: error: libxl_aoutils.c:539:async_exec_timeout: killing execution of /etc/xen/scripts/block add because of timeout",
            "libxl: error: libxl_create.c:1608:domcreate_launch_dm: Domain 2:unable to add disk devices",
            "libxl: error: libxl_aoutils.c:539:async_exec_timeout: killing execution of /etc/xen/scripts/block remove because of timeout",
        ];
        var exception = LibxlFailure.ToException("create-paused", new WorkerError { Message = "libxl_domain_create_new returned ERROR_FAIL", Result = -3 }, lines);
        exception.Code.ShouldBe(XenErrorCode.Timeout);
        exception.Detail.ShouldStartWith("the script /etc/xen/scripts/block add did not end within the time that libxl gives it");
        exception.Detail.ShouldContain("give domain 0 more CPUs");
        exception.Detail.ShouldEndWith($"libxl_domain_create_new returned ERROR_FAIL: {string.Join(" | ", lines)}");
    }

    [Fact]
    public void What_was_wrong_before_a_script_was_given_up_counts()
    {
        string[] lines =
        [
            "libxl: error: libxl_device.c:1234:device_hotplug_child_death_cb: script: File /srv/a.img is loopback-mounted through /dev/loop0",
            "libxl: error: libxl_aoutils.c:539:async_exec_timeout: killing execution of /etc/xen/scripts/block remove because of timeout",
        ];
        LibxlFailure.ToException("attach-device", new WorkerError { Message = "failed", Result = -3 }, lines).Code.ShouldBe(XenErrorCode.DeviceInUse);
    }

    [Fact]
    public void The_first_line_that_tells_counts_not_what_errno_was_left_over()
    {
        string[] lines =
        [
            "xc: error: panic: xg_dom_x86.c:159: count_pgtables: not enough memory for initial mapping (0x401f > 0x4000): Out of memory",
            "libxl: error: libxl_dom.c:594:libxl__build_dom: xc_dom_build_image failed: No such file or directory",
        ];
        LibxlFailure.ToException("create-paused", new WorkerError { Message = "failed", Result = -3 }, lines).Code.ShouldBe(XenErrorCode.InvalidConfiguration);
    }

    [Fact]
    public void The_workers_own_judgement_stands()
    {
        var error = new WorkerError { Code = XenErrorCode.NotOurs, Message = "no mark" };
        LibxlFailure.ToException("destroy", error, ["libxl: error: Out of memory"]).Code.ShouldBe(XenErrorCode.NotOurs);
    }

    [Fact]
    public void The_log_is_the_cause_whole_and_its_first_errors_are_the_message()
    {
        string[] lines = ["libxl: notice: hello", "libxl: error: first", "libxl: error: second"];
        var exception = LibxlFailure.ToException("create-paused", new WorkerError { Message = "failed", Result = -3 }, lines);
        exception.Detail.ShouldBe("failed: libxl: error: first | libxl: error: second");
        exception.InnerException.ShouldBeOfType<WorkerLogException>().Lines.ShouldBe(lines);
    }
}

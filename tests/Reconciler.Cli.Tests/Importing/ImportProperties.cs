using FsCheck;
using FsCheck.Fluent;
using Reconciler.Cli.Importing;
using Reconciler.Cli.Importing.XlConfiguration;
using Reconciler.Cli.Manifests;

namespace Reconciler.Cli.Tests.Importing;

public sealed class ImportProperties
{
    private static readonly string[] Options =
    [
        "name", "type", "builder", "vcpus", "maxvcpus", "memory", "maxmem", "kernel", "ramdisk", "cmdline", "root", "extra", "on_poweroff", "on_reboot", "on_crash", "on_watchdog",
        "on_soft_reset", "disk", "vif", "uuid", "cpus", "pci", "vfb", "usb", "serial", "device_model_version", "bootloader", "localtime", "made_up",
    ];

    private static readonly string[] Values =
    [
        "'web'", "'Web_1'", "'pvh'", "'hvm'", "'generic'", "2", "'2'", "0x100", "64", "0", "''", "[]", "'/boot/vmlinuz'", "'/srv/k'", "'root=/dev/xvda'", "'destroy'", "'restart'", "'preserve'",
        "['/dev/vg/a,raw,xvda,w']", "['file:/a,hda,r','phy:vg/b,sdb:cdrom']", "[',empty,xvdc,cdrom','/a,qcow2,d3,w,discard']", "['']", "['bridge=br0,mac=00:16:3e:00:00:01', 'bridge=Br0,rate=1Mb/s']",
        "['ip=10.0.0.1 fe80::1 10.0.0.0/8,mtu=1']", "[['nested']]", "'1-3'",
    ];

    private static readonly Gen<string> Line =
        from option in Gen.Elements(Options)
        from value in Gen.Elements(Values)
        from adds in Gen.Frequency((9, Gen.Constant("=")), (1, Gen.Constant("+=")))
        select $"{option} {adds} {value}\n";

    // Enough is right in the beginning for many of them to become a Domain.
    private static readonly Gen<string> Document =
        from lines in Line.ListOf()
        from isWhole in Gen.Elements(true, false)
        select $"{(isWhole ? "name = 'a'\nkernel = '/boot/vmlinuz'\nmemory = 512\n" : "")}{string.Concat(lines.Take(4))}";

    [Fact]
    public void What_is_printed_of_any_file_is_accepted_and_nothing_else_is_said_than_where_and_what() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Document.ToArbitrary(), text =>
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            try
            {
                var exitCode = new ImportRun(output, error).RunAsync("f", text, null, null, null).GetAwaiter().GetResult();
                var domains = ManifestReader.Read("printed", output.ToString(), "default").Domains.Count;
                var hasNone = error.ToString().Contains(": no manifests: ", StringComparison.Ordinal);
                return domains == (hasNone ? 0 : 1) && (exitCode == 1 || domains == 1);
            }
            catch (CommandException e)
            {
                return e.Message.StartsWith("f:", StringComparison.Ordinal) && e.Message.Contains("expected", StringComparison.Ordinal) && output.ToString().Length == 0;
            }
        }));

    [Fact]
    public void Any_text_is_a_disk_or_refused() => Hold(
        Gen.Elements("/dev/vg/a", "target=", "raw", "format=qcow2", "xvda", "hdc:cdrom", "rw", ",", ",", ",", " ", "phy:", "vhd:", "devtype=", "script=x", ":", "=", "é"),
        text => XlDisk.Parse(text, 7).Device.Length > 0);

    [Fact]
    public void Any_text_is_a_NIC_or_refused() => Hold(
        Gen.Elements("bridge=", "xenbr0", ",", ",", "mac", "=", " ", "ip=", "10.0.0.1", "rate=1Mb/s@", ":"),
        text => XlNic.Parse(text, 7).Parameters.All(parameter => parameter.Key.Length > 0));

    private static void Hold(Gen<string> piece, Func<string, bool> law) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(piece.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            try
            {
                return law(text);
            }
            catch (XlSyntaxException e)
            {
                return e.Line == 7 && e.Expected.Contains("expected", StringComparison.Ordinal);
            }
        }));
}

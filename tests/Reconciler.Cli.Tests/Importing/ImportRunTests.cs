using Reconciler.Api.Domains;
using Reconciler.Cli.Importing;
using Reconciler.Cli.Manifests;

namespace Reconciler.Cli.Tests.Importing;

public sealed class ImportRunTests
{
    [Theory]
    [InlineData("pv-minimal", 0)]
    [InlineData("many-disks", 1)]
    public async Task What_is_printed_is_as_recorded(string sample, int exitCode)
    {
        var (code, output, error) = await ImportAsync($"{sample}.cfg");

        output.ShouldBe(SampleFiles.Read($"{sample}.yaml"));
        error.ShouldBe(SampleFiles.Read($"{sample}.txt"));
        code.ShouldBe(exitCode);
    }

    [Theory]
    [InlineData("pvh-minimal.cfg", 0)]
    [InlineData("xen-tools.cfg", 0)]
    [InlineData("additions.cfg", 0)]
    [InlineData("nested-lists.cfg", 1)]
    [InlineData("driver-domain.cfg", 1)]
    [InlineData("openvswitch.cfg", 1)]
    public async Task What_is_printed_is_accepted(string sample, int exitCode)
    {
        var (code, output, error) = await ImportAsync(sample);

        Domain(output).Spec!.PowerState.ShouldBe(PowerState.Halted);
        code.ShouldBe(exitCode);
        error.Contains(": not expressed: ", StringComparison.Ordinal).ShouldBe(exitCode == 1);
    }

    [Theory]
    [InlineData("hvm.cfg", "hvm.cfg:2: no manifests: type = \"hvm\": HVM guests are not supported yet.")]
    [InlineData("pygrub.cfg", "pygrub.cfg:1: no manifests: kernel: is not set, and the boot loader /usr/lib/xen-4.17/bin/pygrub is not run: ")]
    public async Task A_guest_that_can_not_be_a_Domain_gets_no_manifests_and_all_reasons(string sample, string reason)
    {
        var (code, output, error) = await ImportAsync(sample);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        error.ShouldStartWith(reason);
        error.Split('\n').Length.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Every_option_that_is_lost_is_named_with_its_line_and_value()
    {
        var (_, _, error) = await ImportAsync("driver-domain.cfg");

        foreach (var start in (string[])
            [
                "5: not expressed: vif[0] = \"backend=netvm,bridge=xenbr0\": ", "5: not expressed: vif[1] = ", "6: not expressed: disk[0] = ", "6: not expressed: disk[1] = ",
                "7: not expressed: vtpm = [\"backend=vtpmmgr,", "8: not expressed: vfb = ", "9: not expressed: serial = \"pty\": ", "10: not expressed: device_model_version = ",
                "12: not expressed: made_up = 1: not an option of xl.cfg(5)",
            ])
        {
            error.ShouldContain($"driver-domain.cfg:{start}");
        }

        error.ShouldNotContain("localtime");
    }

    [Fact]
    public async Task Lines_may_end_as_on_Windows_and_the_last_need_not_end()
    {
        var text = SampleFiles.Read("xen-tools.cfg");

        (await RunAsync("f", $"{text.ReplaceLineEndings("\r\n")}# the end")).ShouldBe(await RunAsync("f", text));
    }

    [Fact]
    public async Task A_file_that_is_no_xl_cfg_is_refused_with_its_line() =>
        (await Should.ThrowAsync<CommandException>(ImportAsync("python.cfg"))).Message.ShouldBe("python.cfg:1: found \"o\"; expected = or += after import");

    [Fact]
    public async Task Name_namespace_and_host_can_be_given()
    {
        var (code, output, _) = await RunAsync("f", SampleFiles.Read("pvh-minimal.cfg"), "web", "shop", "xen-1");

        code.ShouldBe(0);
        var domain = Domain(output);
        (domain.Metadata.Name, domain.Metadata.Namespace, domain.Spec!.Placement!.HostName).ShouldBe(("web", "shop", "xen-1"));
    }

    [Fact]
    public async Task A_name_that_was_given_and_can_not_be_is_not_looked_for_in_the_file()
    {
        var (code, output, error) = await RunAsync("f", SampleFiles.Read("pvh-minimal.cfg"), name: "Web");

        (code, output).ShouldBe((1, ""));
        error.ShouldStartWith("f: no manifests: name: metadata.name: Web: not the name of an object");
    }

    [Theory]
    [InlineData("kernel='/k'", "f: no manifests: name: a domain has a name. Set name, or give one with --name")]
    [InlineData("name='é'\nkernel='/boot/k'", "f:1: no manifests: name = \"é\": nothing of it can be the name of an object")]
    [InlineData("name='a'\nkernel='k'", "f:2: no manifests: kernel: spec.boot.kernel: k: not an absolute path.")]
    [InlineData("name='a'\nkernel='/boot/k'\nvcpus=65", "f:3: no manifests: vcpus: spec.cpu.vcpus: 65: more than the maximum of 64")]
    [InlineData("name='a'\nkernel='/boot/k'\nmemory=16", "f:3: no manifests: memory: spec.memory.size: 16Mi: less than the minimum of 32Mi")]
    [InlineData("name='a'\nkernel='/boot/k'\nmemory=64\nvif=['mac=01:00:00:00:00:00']", "f:4: no manifests: vif: spec.vifTemplates[0].macAddress: ")]
    [InlineData("name='a'\nkernel='/boot/k'\nmemory=64\ndisk=['/d,raw,xvda,w','/e,raw,hda,w']", "f:4: no manifests: disk: spec.vbdTemplates[xvda].device: xvda: the device is used more than once")]
    [InlineData("name='a'\nkernel='/boot/k'\nmemory=64\nvif=['bridge=a:b']", "f:4: no manifests: vif: spec.bridge: \"a:b\": not the name of a bridge")]
    public async Task What_the_API_would_refuse_is_said_of_the_option_and_not_printed(string text, string reason)
    {
        var (code, output, error) = await RunAsync("f", text);

        code.ShouldBe(1);
        output.ShouldBeEmpty();
        error.Split('\n').ShouldContain(line => line.StartsWith(reason, StringComparison.Ordinal), error);
    }

    [Theory]
    [InlineData("name=[]", "f:1: name is a list; expected a text")]
    [InlineData("name='a'\nvcpus='two'", "f:2: vcpus is \"two\"; expected a number")]
    [InlineData("name='a'\ndisk='/d,raw,xvda,w'", "f:2: disk is \"/d,raw,xvda,w\"; expected a list: disk = [ '...' ]")]
    [InlineData("name='a'\ndisk=['/d,raw,xvda,w',\n'/e,zip,xvdb,w']", "f:3: a disk has the unknown format zip; expected raw, qcow, qcow2, vhd, qed or empty")]
    [InlineData("name='a'\nvif=['bridge']", "f:2: a NIC has the parameter bridge without a value; expected KEY=VALUE such as bridge=xenbr0")]
    [InlineData("name='a'\ntype='arm'", "f:2: type is \"arm\"; expected pv, pvh or hvm")]
    [InlineData("name='a'\non_crash='explode'", "f:2: on_crash is \"explode\"; expected destroy, restart, ")]
    [InlineData("name='a'\nname+=['b']", "f:2: expected a text after +=, because the option has a text already")]
    public async Task A_value_that_xl_could_not_read_is_refused_with_its_line(string text, string reason) =>
        (await Should.ThrowAsync<CommandException>(RunAsync("f", text))).Message.ShouldStartWith(reason);

    [Theory]
    [InlineData("", RestartPolicy.Never, 0)]
    [InlineData("on_crash='restart'", RestartPolicy.OnFailure, 0)]
    [InlineData("on_poweroff='restart'\non_crash='restart'", RestartPolicy.Always, 0)]
    [InlineData("on_poweroff='restart'", RestartPolicy.Always, 1)]
    [InlineData("on_poweroff='preserve'", RestartPolicy.Never, 1)]
    [InlineData("on_crash='coredump-restart'", RestartPolicy.OnFailure, 1)]
    [InlineData("on_reboot='destroy'", RestartPolicy.Never, 1)]
    [InlineData("on_crash='restart'\non_watchdog='restart'", RestartPolicy.OnFailure, 0)]
    [InlineData("on_watchdog='restart'", RestartPolicy.Never, 1)]
    [InlineData("on_soft_reset='soft-reset'", RestartPolicy.Never, 0)]
    public async Task What_follows_an_end_becomes_the_restart_policy(string ends, RestartPolicy policy, int exitCode)
    {
        var (code, output, _) = await RunAsync("f", $"name='a'\nkernel='/boot/k'\nmemory=64\n{ends}");

        Domain(output).Spec!.RestartPolicy.ShouldBe(policy);
        code.ShouldBe(exitCode);
    }

    [Theory]
    [InlineData("pci=[]\nvnc=0\nlocaltime='0'\nvfb=['']", 1)]
    [InlineData("pci=[]\nvnc=0\nlocaltime='0'\nuuid=''", 0)]
    public async Task An_option_that_is_empty_or_switches_off_what_is_off_loses_nothing(string options, int exitCode) =>
        (await RunAsync("f", $"name='a'\nkernel='/boot/k'\nmemory=64\n{options}")).ExitCode.ShouldBe(exitCode);

    /// <summary>Read as kubectl xen plan does: unknown fields and what the API refuses are errors there.</summary>
    private static Domain Domain(string manifests) => ManifestReader.Read("printed", manifests, "default").Domains.ShouldHaveSingleItem();

    private static Task<(int ExitCode, string Output, string Error)> ImportAsync(string sample) => RunAsync(sample, SampleFiles.Read(sample));

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string file, string text, string? name = null, string? @namespace = null, string? host = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await new ImportRun(output, error).RunAsync(file, text, name, @namespace, host);
        return (exitCode, output.ToString(), error.ToString());
    }
}

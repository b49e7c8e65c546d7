using Reconciler.Api.Disks;

namespace Reconciler.Api.Tests.Disks;

/// <summary>The numbers are those of xen-vbd-interface(7).</summary>
public sealed class VbdDeviceTests
{
    [Theory]
    [InlineData("xvda", 51712)]
    [InlineData("xvdb", 51728)]
    [InlineData("xvdp", 51952)]
    [InlineData("xvdq", (1 << 28) | (16 << 8))]
    [InlineData("xvdz", (1 << 28) | (25 << 8))]
    [InlineData("xvdaa", (1 << 28) | (26 << 8))]
    [InlineData("xvdzz", (1 << 28) | (701 << 8))]
    public void A_disk_has_the_number_that_Xen_gives_it(string device, int number)
    {
        VbdDevice.Number(device).ShouldBe(number);
        VbdDevice.Name(number).ShouldBe(device);
    }

    [Fact]
    public void Each_name_has_a_number_of_its_own_and_comes_back()
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz";
        string[] names = [.. Alphabet.Select(c => $"xvd{c}"), .. Alphabet.SelectMany(first => Alphabet.Select(second => $"xvd{first}{second}"))];
        names.Select(VbdDevice.Number).ToHashSet().Count.ShouldBe(702);
        names.Select(name => VbdDevice.Name(VbdDevice.Number(name))).ShouldBe(names);
        names.Select((_, disk) => VbdDevice.NameAt(disk)).ShouldBe(names);
        VbdDevice.NameAt(names.Length).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("xvd")]
    [InlineData("xvdaaa")]
    [InlineData("xvda1")]
    [InlineData("xvdA")]
    [InlineData("sda")]
    [InlineData("hda")]
    [InlineData(" xvda")]
    [InlineData("xvda\n")]
    public void What_is_no_name_has_no_number(string device)
    {
        VbdDevice.TryParse(device, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => VbdDevice.Number(device)).Message.ShouldContain("xvda");
    }

    [Theory]
    [InlineData(51713)] // xvda1
    [InlineData(2048)] // sda
    [InlineData(768)] // hda
    [InlineData(1 << 28)] // xvda, in a way that no toolstack writes it
    [InlineData((1 << 28) | (16 << 8) | 1)] // xvdq1
    [InlineData((1 << 28) | (702 << 8))] // xvdaaa
    [InlineData(2 << 28)] // reserved
    [InlineData(0)]
    [InlineData(-1)]
    public void A_number_of_something_else_has_no_name(int number) => VbdDevice.Name(number).ShouldBeNull();
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Light.Signals;

namespace Reconciler.Xen.Light.Tests.Signals;

/// <summary>What messages of the kernel call for; that it sends them, a real dom0 shows.</summary>
public sealed class NetworkWatchTests
{
    private const ushort NewLink = 16, DeleteLink = 17, DeleteTable = (10 << 8) | 2, DeleteRule = (10 << 8) | 8;
    private const uint Everything = uint.MaxValue;

    private readonly List<int?> _hints = [];

    [Fact]
    public void An_interface_of_a_domain_that_left_its_bridge_is_a_hint_of_that_domain() => Take(Link(DeleteLink, "vif7.0", family: 7)).ShouldBe([7]);

    [Fact]
    public void A_new_interface_may_be_anybodys_bridge() => Take(Link(NewLink, "xenbr0", Everything)).ShouldBe([null]);

    [Fact]
    public void What_NICs_that_come_bring_about_is_passed_over() =>
        Take([.. Link(NewLink, "vif7.0", Everything), .. Link(NewLink, "vif7.0", family: 7), .. Link(NewLink, "xenbr0", 1), .. Link(DeleteLink, "eth1")]).ShouldBeEmpty();

    [Fact]
    public void A_table_of_rules_that_is_deleted_matters_if_it_is_ours() =>
        Take([.. Table(DeleteTable, 7, "others"), .. Table(DeleteTable, 2, "reconciler"), .. Table(DeleteRule, 7, "reconciler"), .. Table(DeleteTable, 7, "reconciler")]).ShouldBe([null]);

    [Fact]
    public void Nothing_that_is_received_does_harm() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        Arb.From(ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => (byte[])[.. Link(DeleteLink, "vif7.0"), .. bytes])), bytes => Take(bytes).ShouldContain(7)));

    private List<int?> Take(byte[] datagram)
    {
        _hints.Clear();
        using NetworkWatch watch = new(domid => _hints.Add(domid), () => _hints.Add(null));
        watch.Take(datagram);
        return [.. _hints];
    }

    private static byte[] Link(ushort type, string name, uint change = 0, byte family = 0) =>
        Message(type, [family, 0, 1, 0, .. new byte[8], .. BitConverter.GetBytes(change), .. Attribute(4, new byte[4]), .. Attribute(3, [.. Encoding.UTF8.GetBytes(name), 0])]);

    private static byte[] Table(ushort type, byte family, string name) => Message(type, [family, 0, 0, 0, .. Attribute(1, [.. Encoding.UTF8.GetBytes(name), 0])]);

    private static byte[] Message(ushort type, byte[] body) => [.. BitConverter.GetBytes(16 + body.Length), .. BitConverter.GetBytes(type), .. new byte[10], .. body];

    private static byte[] Attribute(ushort type, byte[] value)
    {
        byte[] attribute = [.. BitConverter.GetBytes((ushort)(4 + value.Length)), .. BitConverter.GetBytes(type), .. value];
        return [.. attribute, .. new byte[-attribute.Length & 3]];
    }
}

using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Ownership;

public sealed class IntentsTests : IDisposable
{
    private readonly WorkerBed _bed = new();
    private readonly Guid _uuid = Guid.NewGuid();

    [Fact]
    public void An_intent_is_there_until_it_is_removed()
    {
        Intents intents = new(_bed.Folder, "this-boot");
        intents.Read(_uuid).ShouldBeNull();
        intents.Remove(_uuid);
        intents.Write(_uuid, Intent.Create);
        intents.Read(_uuid).ShouldBe(Intent.Create);
        intents.Write(_uuid, Intent.Destroy);
        intents.Read(_uuid).ShouldBe(Intent.Destroy);
        intents.Remove(_uuid);
        intents.Read(_uuid).ShouldBeNull();
    }

    [Fact]
    public void An_intent_of_an_earlier_boot_is_void()
    {
        new Intents(_bed.Folder, "earlier-boot").Write(_uuid, Intent.Create);
        new Intents(_bed.Folder, "this-boot").Read(_uuid).ShouldBeNull();
    }

    [Fact]
    public void Of_an_intent_that_was_half_written_nothing_is_left_when_it_is_removed()
    {
        Intents intents = new(_bed.Folder, "this-boot");
        Directory.CreateDirectory(Path.Combine(_bed.Folder, "creating"));
        File.WriteAllText(Path.Combine(_bed.Folder, "creating", $"{_uuid}.new"), "Cre");
        intents.Read(_uuid).ShouldBeNull();
        intents.IsLeft(_uuid).ShouldBeTrue();
        intents.Remove(_uuid);
        intents.IsLeft(_uuid).ShouldBeFalse();
        Directory.GetFiles(Path.Combine(_bed.Folder, "creating")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Create")]
    [InlineData("Sing this-boot")]
    public void A_damaged_intent_is_none(string content)
    {
        Directory.CreateDirectory(Path.Combine(_bed.Folder, "creating"));
        File.WriteAllText(Path.Combine(_bed.Folder, "creating", _uuid.ToString()), content);
        new Intents(_bed.Folder, "this-boot").Read(_uuid).ShouldBeNull();
    }

    public void Dispose() => _bed.Dispose();
}

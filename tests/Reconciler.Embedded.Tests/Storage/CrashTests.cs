using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Client;
using Reconciler.Testing.Contract;

namespace Reconciler.Embedded.Tests.Storage;

/// <summary>A crash at any file step of any history loses nothing that was acknowledged, and brings nothing back.</summary>
public sealed class CrashTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    [Fact]
    public void A_crash_at_any_step_leaves_each_object_as_it_was_before_or_after_the_write_under_way() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(150),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            Crash(new Random(seed));
            return true;
        }));

    private static void Crash(Random random)
    {
        using var directory = new TemporaryDirectory();
        var steps = new CrashingSteps(crashAt: random.Next(4, 80), random);
        EmbeddedStore? store = null;
        Dictionary<string, Widget> before = [];
        var highest = 0L;
        try
        {
            store = EmbeddedStore.Open(directory.Path, Widgets.Options, steps);
            for (var i = 0; i < 40; i++)
            {
                before = Read(store);
                highest = Math.Max(highest, Version(store));
                Act(store, Names[random.Next(Names.Length)], i, random);
            }
        }
        catch (CrashException)
        {
            // The process is gone: its lock with it.
        }
        finally
        {
            store?.Dispose();
        }

        // The reopened store doesn't know of any crash.
        using var again = EmbeddedStore.Open(directory.Path, Widgets.Options, new CrashingSteps(int.MaxValue, random));
        again.Damaged.ShouldBeEmpty();
        var now = Read(again);
        var changed = Names.Where(n => !Same(before.GetValueOrDefault(n), now.GetValueOrDefault(n))).ToArray();
        changed.Length.ShouldBeLessThanOrEqualTo(1, $"only the write under way may differ, not {string.Join(", ", changed)}");
        foreach (var name in changed)
        {
            // Whole, and one step on: created, changed with the same uid, or gone.
            var (old, current) = (before.GetValueOrDefault(name), now.GetValueOrDefault(name));
            if (old is not null && current is not null) current.Metadata.Uid.ShouldBe(old.Metadata.Uid);
            current?.Spec!.Size.ShouldNotBeNull();
        }

        Version(again).ShouldBeGreaterThanOrEqualTo(highest, "versions never go back");
        now.Values.Select(w => w.Metadata.Uid).ShouldBeUnique();
        Directory.EnumerateFiles(directory.Path, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
        foreach (var name in Names) Act(again, name, 99, random);
    }

    private static void Act(EmbeddedStore store, string name, int i, Random random)
    {
        try
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    Wait(store.ApplyAsync(Widgets.New(name) with { Spec = new WidgetSpec { Size = $"{i}Gi" } }, new ApplyOptions("test"), CancellationToken.None));
                    break;
                case 2:
                    Wait(store.CreateAsync(Widgets.New(name, "test/hold"), CancellationToken.None));
                    break;
                case 3:
                    Wait(store.ApplyStatusAsync(Widgets.New(name) with { Spec = null, Status = new WidgetStatus { Phase = $"{i}" } }, new ApplyOptions("test"), CancellationToken.None));
                    break;
                case 4:
                    Wait(store.DeleteAsync<Widget>(name, "default", new DeleteOptions(), CancellationToken.None));
                    break;
                default:
                    Wait(store.PatchAsync<Widget>(
                        name, "default", new JsonPatch().Remove("/metadata/finalizers/0"), CancellationToken.None));
                    break;
            }
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound || exception.IsInvalid || exception.IsAlreadyExists)
        {
        }
    }

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static Dictionary<string, Widget> Read(EmbeddedStore store) =>
        List(store).Items.ToDictionary(w => w.Metadata.Name!, StringComparer.Ordinal);

    private static long Version(EmbeddedStore store) => long.Parse(List(store).ResourceVersion);

    private static ResourceList<Widget> List(EmbeddedStore store) =>
        store.ListAsync<Widget>(new ListOptions(), CancellationToken.None).GetAwaiter().GetResult();

    private static bool Same(Widget? a, Widget? b) =>
        a?.Metadata.ResourceVersion == b?.Metadata.ResourceVersion && a?.Metadata.Uid == b?.Metadata.Uid;
}

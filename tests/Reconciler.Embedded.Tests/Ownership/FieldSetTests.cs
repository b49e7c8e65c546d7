using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Embedded.Ownership;

namespace Reconciler.Embedded.Tests.Ownership;

public sealed class FieldSetTests
{
    [Fact]
    public void A_set_survives_the_way_through_fieldsV1() =>
        Hold((a, _) => FieldSet.FromFieldsV1((JsonObject)JsonNode.Parse(a.ToFieldsV1().ToJsonString())!).SetEquals(a));

    [Fact]
    public void Sets_of_paths_behave_as_sets() => Hold((a, b) =>
    {
        var (x, y) = (a.Paths().ToHashSet(StringComparer.Ordinal), b.Paths().ToHashSet(StringComparer.Ordinal));
        return a.Union(b).Paths().ToHashSet(StringComparer.Ordinal).SetEquals(x.Union(y, StringComparer.Ordinal))
            && a.Except(b).Paths().ToHashSet(StringComparer.Ordinal).SetEquals(x.Except(y, StringComparer.Ordinal))
            && a.Intersect(b).Paths().ToHashSet(StringComparer.Ordinal).SetEquals(x.Intersect(y, StringComparer.Ordinal));
    });

    [Fact]
    public void Paths_read_as_kubectl_shows_them()
    {
        var set = FieldSet.FromFieldsV1((JsonObject)JsonNode.Parse("""{"f:spec":{"f:ports":{"k:{\"name\":\"http\"}":{".":{},"f:number":{}}},"f:tags":{"v:\"x\"":{}}}}""")!);

        set.Paths().ShouldBe([""".spec.ports[{"name":"http"}]""", """.spec.ports[{"name":"http"}].number""", """.spec.tags["x"]"""]);
    }

    private static void Hold(Func<FieldSet, FieldSet, bool> law) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            return law(RandomSet(random, 3).WithMember(isMember: false), RandomSet(random, 3).WithMember(isMember: false));
        }));

    private static FieldSet RandomSet(Random random, int depth)
    {
        var set = FieldSet.Empty.WithMember(random.Next(2) == 0);
        if (depth == 0) return FieldSet.Self;
        foreach (var element in new[] { "f:a", "f:b", "k:{\"name\":\"c\"}", "v:\"d\"" })
            if (random.Next(2) == 0) set = set.WithChild(element, RandomSet(random, depth - 1));
        return set;
    }
}

using System.Text.Json;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Testing.Lab;

namespace Reconciler.Api.Tests.Devices;

/// <summary>The one table of what may change while a guest runs.</summary>
public sealed class ChangeRulesTests
{
    [Fact]
    public void Every_field_has_a_rule()
    {
        Covered<VifSpec>(ChangeRules.Vif);
        Covered<VbdSpec>(ChangeRules.Vbd);
        Covered<DomainSpec>(ChangeRules.Domain);

        static void Covered<TSpec>(IEnumerable<ChangeRule<TSpec>> rules)
        {
            var ruled = rules.Select(rule => rule.Field.Split(['.', ' '])[0]).ToHashSet(StringComparer.Ordinal);
            foreach (var property in typeof(TSpec).GetProperties().Where(p => p.CanWrite).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)))
                ruled.ShouldContain(property, $"{typeof(TSpec).Name}.{property}");
        }
    }

    [Fact]
    public void The_guide_says_what_the_rules_say()
    {
        var guide = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "devices.md"));
        var table = guide[guide.IndexOf("| object | field |", StringComparison.Ordinal)..].Split("\n\n")[0].Split('\n')[2..];
        table.ShouldBe([.. Rows("VIF", ChangeRules.Vif), .. Rows("VBD", ChangeRules.Vbd), .. Rows("Domain", ChangeRules.Domain)]);

        static IEnumerable<string> Rows<TSpec>(string kind, IEnumerable<ChangeRule<TSpec>> rules) =>
            rules.Select(rule => $"| {kind} | `{rule.Field.Replace(" of ", "` of ", StringComparison.Ordinal)}{(rule.Field.Contains(" of ", StringComparison.Ordinal) ? "" : "`")} | {Word(rule.Effect)} | {rule.How} |");
    }

    [Fact]
    public void A_volume_that_grows_and_a_medium_that_changes_are_no_other_source()
    {
        var disk = Volume("1Gi");
        ChangeRules.Vbd.Changed(disk, Volume("2Gi"), ChangeEffect.Replug).ShouldBeEmpty();
        ChangeRules.Vbd.Changed(disk, Volume("2Gi"), ChangeEffect.Live).ShouldBe(["source.volume.create.size"]);
        ChangeRules.Vbd.Changed(disk, disk with { Source = null }, ChangeEffect.Replug).ShouldBe(["source"]);

        var drive = new VbdSpec { Domain = "web", Device = "xvdc", Type = VbdType.CDROM };
        ChangeRules.Vbd.Changed(drive, drive with { Source = new VbdSource { Iso = new IsoSource { Pool = "p", Name = "n" } } }, ChangeEffect.Replug).ShouldBeEmpty();

        static VbdSpec Volume(string size) => new()
        {
            Domain = "web", Device = "xvda", Source = new VbdSource { Volume = new VolumeSource { Pool = "p", Name = "n", Create = new VolumeCreate { Size = size } } },
        };
    }

    private static string Word(ChangeEffect effect) => effect switch
    {
        ChangeEffect.Live => "at once",
        ChangeEffect.Replug => "re-plug",
        ChangeEffect.Restart => "next start",
        _ => "refused",
    };
}

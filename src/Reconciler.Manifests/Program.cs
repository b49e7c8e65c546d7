using System.CommandLine;
using Reconciler.Manifests;

var root = new Option<DirectoryInfo>("--root")
{
    Description = "The root of the repository.",
    DefaultValueFactory = _ => new DirectoryInfo(Directory.GetCurrentDirectory()),
};
var check = new Option<bool>("--check") { Description = "Write nothing; fail when a file differs from what the types say." };
var generate = new Command("generate", "Writes the CRDs, the reference and the roles from the types.") { root, check };
generate.SetAction(result =>
{
    var folder = result.GetRequiredValue(root).FullName;
    var isCheck = result.GetValue(check);
    var changed = isCheck ? Generation.Drift(folder) : Generation.Write(folder);
    foreach (var path in changed) Console.WriteLine($"{(isCheck ? "differs" : "wrote")} {path}");
    if (!isCheck || changed.Count == 0) return 0;
    Console.Error.WriteLine("Run `make generate` and commit the result.");
    return 1;
});

return new RootCommand("Writes what is generated from the types of Reconciler.") { generate }.Parse(args).Invoke();

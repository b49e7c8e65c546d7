// Writes a startup profile: which methods are called, and so are to be compiled ahead of time, although the compiler does not see who calls them, and to lie together.
//   StartupProfile ASSEMBLIES PROFILE LIST...
// ASSEMBLIES is the folder of the trimmed assemblies, PROFILE the MIBC file to write, LIST what the JIT compiled while the published program ran with
// DOTNET_JitStdOutFile=LIST and DOTNET_JitDisasmSummary=1. `make profile` does all of it.
using Reconciler.StartupProfile;

if (args.Length < 3)
{
    Console.Error.WriteLine("usage: StartupProfile ASSEMBLIES PROFILE LIST...");
    return 2;
}

var profile = new ProfileWriter(new Assemblies(args[0]));
var unknown = 0;

// What is compiled a second time was compiled ahead of time before.
foreach (var line in args[2..].SelectMany(File.ReadLines).Where(line => !line.Contains("[Tier1", StringComparison.Ordinal)))
{
    if (JitMethod.Parse(line) is { } method && !profile.Add(method)) unknown++;
}

profile.Write(args[1]);
Console.WriteLine($"{args[1]}: {profile.Methods} methods; {unknown} lines name none that is in {args[0]}");
return 0;

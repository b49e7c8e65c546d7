// Runs every test of the repository and ends with what has failed, and one line, "N passed, N failed, N skipped".
//
//   Runner [--fast | --again]
//
// --fast leaves out the labs: tests with the trait Category=Lab. Without it the labs are prepared (downloaded, built) beside
// the build, the rest of the tests runs meanwhile, and the lab tests follow; those that have passed in this tree and can't
// depend on what was changed since are counted as they came out then, unless --again is given. The exit code is 0 only if
// something ran and nothing failed.
using System.Runtime.InteropServices;
using Reconciler.Testing.Runner;

var (fast, again) = (args is ["--fast"], args is ["--again"]);
if (!fast && !again && args.Length > 0)
{
    Console.Error.WriteLine($"unknown argument '{string.Join(' ', args)}'; there is --fast, or --again");
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var progress = new Progress();

var root = FindRoot();
var results = Path.Combine(root, "artifacts", "test-results");
var summary = Path.Combine(results, "summary.txt");
Directory.CreateDirectory(results);
File.WriteAllText(summary, "0 passed, 1 failed, 0 skipped\n");

try
{
    var failures = new Failures();
    var tally = await new TestRun(root, results, progress, failures, again).RunAsync(fast, stop.Token);
    failures.Print(Console.Out);
    if (tally.Total == 0)
        Console.WriteLine("no test ran: that is a failure");
    Console.WriteLine(tally);
    File.WriteAllText(summary, $"{tally}\n");
    return tally is { Failed: 0, Total: > 0 } ? 0 : 1;
}
catch (OperationCanceledException)
{
    Console.WriteLine("interrupted");
    return 130;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

static string FindRoot()
{
    for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
    {
        if (File.Exists(Path.Combine(folder, "Reconciler.sln")))
            return folder;
    }

    throw new DirectoryNotFoundException($"no Reconciler.sln in or above {AppContext.BaseDirectory}");
}

namespace Reconciler.Xen.Light.Probe;

/// <summary>A worker that says a proper hello and then does not do as it should.</summary>
internal static class Misbehaviour
{
    private const string Hello = """{"protocol":1,"pid":1,"soname":"libxenlight.so.4.17"}""";

    public static int Run(string how)
    {
        if (how is "silent-start") Thread.Sleep(Timeout.Infinite);
        if (how is "exit-at-start") return 3;
        Console.ReadLine();
        Say(how switch
        {
            "garbage-start" => "Welcome to this machine",
            "other-version" => """{"protocol":2,"pid":1}""",
            _ => Hello,
        });

        // The first request is the pool's own, to warm it up.
        Console.ReadLine();
        Say("""{"id":1,"domains":{"all":[],"details":[],"busy":false}}""");
        while (Console.ReadLine() is not null)
        {
            switch (how)
            {
                case "exit":
                    Console.Error.WriteLine("libxl: error: something terrible");
                    return 3;
                case "garbage":
                    Say("xc: detail: not JSON\u0007");
                    break;
                case "wrong-id":
                    Say("""{"id":99}""");
                    break;
                case "endless":
                    // More than the longest line.
                    for (var i = 0; i < 20; i++) Console.Out.Write(new string('x', 1 << 20));
                    break;
                case "hang":
                    Thread.Sleep(Timeout.Infinite);
                    break;
            }
        }
        return 0;
    }

    private static void Say(string line)
    {
        Console.Out.Write(line + "\n");
        Console.Out.Flush();
    }
}

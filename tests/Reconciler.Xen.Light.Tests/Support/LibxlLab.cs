using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(Reconciler.Xen.Light.Tests.Support.LibxlLab))]

namespace Reconciler.Xen.Light.Tests.Support;

/// <summary>Debian's real libxenlight 4.17 with a stand-in for the hypervisor: tests/lab/libxl.</summary>
public sealed class LibxlLab : IAsyncLifetime
{
    /// <summary>The folder that holds the libraries.</summary>
    public string Libraries { get; private set; } = "";

    /// <summary>What stands in for the hypervisor.</summary>
    public string Stub { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var lines = (await ExternalProgram.RunAsync("bash", ["tests/lab/libxl/prepare.sh"])).OutputOrThrow().Split('\n');
        (Libraries, Stub) = (lines[0], lines[1]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

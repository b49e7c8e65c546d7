namespace Reconciler.Agent.HostLife.Service;

/// <summary>Puts the service on a host: the program, and what its init starts it by. Done before: nothing is written.</summary>
/// <param name="root">The root directory of the host, as it is to be seen here.</param>
internal sealed class HostServiceInstaller(string root)
{
    /// <summary>Where the program is on the host: beside the agent's state, which a pod can write, too.</summary>
    public const string Program = "/var/lib/reconciler/bin/reconciler-agent";

    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The init of the host; null: neither that is known.</summary>
    public HostInit? Init => Directory.Exists(At("etc/systemd/system")) || Directory.Exists(At("usr/lib/systemd/system")) ? HostInit.Systemd
        : File.Exists(At("sbin/openrc-run")) || File.Exists(At("usr/sbin/openrc-run")) ? HostInit.OpenRc
        : null;

    /// <param name="init">The init of the host.</param>
    /// <param name="service">The service.</param>
    /// <param name="program">The program to copy: a single file that needs no other.</param>
    /// <returns>The paths on the host that were written; empty when all was as it should be.</returns>
    /// <exception cref="IOException">A file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file can't be written.</exception>
    public IReadOnlyList<string> Install(HostInit init, HostService service, string program)
    {
        List<string> written = [];
        Write(Program[1..], File.ReadAllBytes(program), Executable);
        if (init == HostInit.Systemd)
        {
            Write(SystemdUnit.Path, System.Text.Encoding.UTF8.GetBytes(SystemdUnit.Render(service)), Readable);
            Link(SystemdUnit.Enabled, $"/{SystemdUnit.Path}");
        }
        else
        {
            Write(OpenRcScript.Path, System.Text.Encoding.UTF8.GetBytes(OpenRcScript.Render(service)), Executable);
            Link(OpenRcScript.Enabled, $"/{OpenRcScript.Path}");
        }
        return written;

        void Write(string path, byte[] content, UnixFileMode mode)
        {
            var file = At(path);
            if (File.Exists(file) && (!OperatingSystem.IsLinux() || File.GetUnixFileMode(file) == mode) && File.ReadAllBytes(file).AsSpan().SequenceEqual(content)) return;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            // In one step: the program may be running, and the machine may be going down.
            File.WriteAllBytes(file + ".new", content);
            if (OperatingSystem.IsLinux()) File.SetUnixFileMode(file + ".new", mode);
            File.Move(file + ".new", file, overwrite: true);
            written.Add($"/{path}");
        }

        void Link(string path, string target)
        {
            var file = new FileInfo(At(path));
            if (file.LinkTarget == target) return;
            Directory.CreateDirectory(file.DirectoryName!);
            file.Delete();
            File.CreateSymbolicLink(file.FullName, target);
            written.Add($"/{path}");
        }
    }

    private string At(string path) => Path.Combine(root, path);
}

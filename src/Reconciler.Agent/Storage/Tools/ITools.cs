namespace Reconciler.Agent.Storage.Tools;

/// <summary>The programs of dom0 for storage: LVM's and QEMU's.</summary>
internal interface ITools
{
    /// <summary>Runs one to its end. There is no stopping it: LVM's must not be cut short between suspending and resuming a device.</summary>
    /// <param name="program">Its name, without a directory.</param>
    /// <param name="arguments">One by one; no shell sees them.</param>
    /// <returns>Null: this host does not have the program.</returns>
    Task<ToolResult?> RunAsync(string program, params IReadOnlyList<string> arguments);
}

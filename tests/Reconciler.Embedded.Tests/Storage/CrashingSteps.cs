using Reconciler.Embedded.Storage;

namespace Reconciler.Embedded.Tests.Storage;

/// <summary>
/// A process that dies at its n-th file step: before it, within it (part of a content is written), or right after it. Nothing is flushed:
/// a process that dies takes nothing with it that the kernel has.
/// </summary>
internal sealed class CrashingSteps(int crashAt, Random random) : IFileSteps
{
    private int _step;

    public void CreateDirectory(string path) => Step(() => Directory.CreateDirectory(path));

    public void WriteNew(string path, ReadOnlyMemory<byte> content) =>
        Step(() => File.WriteAllBytes(path, content.Span), () => File.WriteAllBytes(path, content.Span[..random.Next(content.Length)]));

    public void Replace(string from, string to) => Step(() => File.Move(from, to, overwrite: true));

    public void Delete(string path) => Step(() => File.Delete(path));

    public void DeleteEmptyDirectory(string path) => Step(() => Directory.Delete(path));

    public void FlushDirectory(string path) => Step(() => { });

    private void Step(Action act, Action? half = null)
    {
        if (_step > crashAt) throw new CrashException();
        if (_step++ < crashAt)
        {
            act();
            return;
        }

        switch (random.Next(3))
        {
            case 0:
                act();
                break;
            case 1:
                half?.Invoke();
                break;
        }

        throw new CrashException();
    }
}

internal sealed class CrashException : Exception;

using Reconciler.Embedded.Storage;

namespace Reconciler.Embedded.Tests.Storage;

/// <summary>A disk that is full after some steps.</summary>
internal sealed class FullDisk(int after) : IFileSteps
{
    private readonly FileSteps _real = new();
    private int _steps;

    public void CreateDirectory(string path) => _real.CreateDirectory(path);

    public void WriteNew(string path, ReadOnlyMemory<byte> content)
    {
        if (++_steps > after) throw new IOException($"No space left on device : '{path}'");
        _real.WriteNew(path, content);
    }

    public void Replace(string from, string to) => _real.Replace(from, to);

    public void Delete(string path) => _real.Delete(path);

    public void DeleteEmptyDirectory(string path) => _real.DeleteEmptyDirectory(path);

    public void FlushDirectory(string path) => _real.FlushDirectory(path);
}

namespace Reconciler.Embedded.Storage;

/// <summary>The single steps of durable writing. A crash falls between two of them or into one; tests stand in for it here.</summary>
internal interface IFileSteps
{
    void CreateDirectory(string path);

    /// <summary>Writes a new file and waits until its content is on disk.</summary>
    void WriteNew(string path, ReadOnlyMemory<byte> content);

    /// <summary>Renames, over what is there.</summary>
    void Replace(string from, string to);

    void Delete(string path);

    void DeleteEmptyDirectory(string path);

    /// <summary>Waits until the names in a directory are on disk.</summary>
    void FlushDirectory(string path);
}

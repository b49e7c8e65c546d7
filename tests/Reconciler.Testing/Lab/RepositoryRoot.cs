namespace Reconciler.Testing.Lab;

/// <summary>Where the working tree is in which the running test was built.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "Reconciler.sln")))
                return folder;
        }

        throw new LabException($"no Reconciler.sln in or above {AppContext.BaseDirectory}");
    }
}

namespace Reconciler.Xen.Light.Ownership;

/// <summary>
/// Files that say what is about to be done to the domain of a uuid: written before a create and removed when the domain has its mark; written
/// before a destroy and removed when it is done. A domain found with an intent and without a mark is one of ours that was cut short.
/// </summary>
/// <param name="stateDirectory">Where they are kept, in <c>creating/</c>.</param>
/// <param name="bootId">This boot of the host. An intent of an earlier one is void: no domain outlives the host.</param>
internal sealed class Intents(string stateDirectory, string bootId)
{
    private readonly string _directory = Path.Combine(stateDirectory, "creating");

    public void Write(Guid uuid, Intent intent)
    {
        Directory.CreateDirectory(_directory);

        // In one step, so that no reader ever finds half of it.
        File.WriteAllText(New(uuid), $"{intent} {bootId}\n");
        File.Move(New(uuid), PathOf(uuid), overwrite: true);
    }

    /// <summary>Null: there is none.</summary>
    public Intent? Read(Guid uuid)
    {
        try
        {
            var words = File.ReadAllText(PathOf(uuid)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            return words is [var name, var boot] && boot == bootId && Enum.TryParse<Intent>(name, out var intent) ? intent : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether there is an intent, void or half written ones too.</summary>
    public bool IsLeft(Guid uuid) => File.Exists(PathOf(uuid)) || File.Exists(New(uuid));

    public void Remove(Guid uuid)
    {
        try
        {
            File.Delete(New(uuid));
            File.Delete(PathOf(uuid));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever made here.
        }
    }

    private string New(Guid uuid) => PathOf(uuid) + ".new";

    private string PathOf(Guid uuid) => Path.Combine(_directory, uuid.ToString());
}

using System.Globalization;
using Reconciler.Xen.Host;

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

    public void Write(Guid uuid, Intent intent) => Write(uuid, $"{intent} {bootId}\n");

    /// <summary>
    /// Of a domain that was adopted, and has a UUID of its own in Xen: that it is about to be destroyed, and whose it is. Good for this one life of it: somebody else
    /// may make a domain of the same UUID again.
    /// </summary>
    public void WriteAdopted(Guid xenUuid, DomainRef domain) => Write(xenUuid, string.Create(CultureInfo.InvariantCulture, $"{Intent.Destroy} {bootId} {domain.Domid} {domain.Uuid}\n"));

    /// <summary>Null: there is none.</summary>
    public Intent? Read(Guid uuid) =>
        Words(uuid) is [var name, var boot] && boot == bootId && Enum.TryParse<Intent>(name, out var intent) ? intent : null;

    /// <summary>Whose the domain is that was adopted, and was about to be destroyed; null: it was not.</summary>
    public Guid? ReadAdopted(Guid xenUuid, int domid) =>
        Words(xenUuid) is [nameof(Intent.Destroy), var boot, var life, var owner] && boot == bootId && life == domid.ToString(CultureInfo.InvariantCulture) && Guid.TryParse(owner, out var uuid)
            ? uuid
            : null;

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

    private void Write(Guid uuid, string text)
    {
        Directory.CreateDirectory(_directory);

        // In one step, so that no reader ever finds half of it.
        File.WriteAllText(New(uuid), text);
        File.Move(New(uuid), PathOf(uuid), overwrite: true);
    }

    private string[] Words(Guid uuid)
    {
        // The rule for the domains of others, at each look at the host: an exception for each of them would cost far more.
        if (!File.Exists(PathOf(uuid))) return [];
        try
        {
            return File.ReadAllText(PathOf(uuid)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return []; // removed in between
        }
    }

    private string PathOf(Guid uuid) => Path.Combine(_directory, uuid.ToString());
}

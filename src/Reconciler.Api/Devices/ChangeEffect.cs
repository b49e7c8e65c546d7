namespace Reconciler.Api.Devices;

/// <summary>When a changed field of a spec takes effect on a guest that runs.</summary>
public enum ChangeEffect
{
    /// <summary>At once; the guest keeps what it has.</summary>
    Live,

    /// <summary>When the device is plugged anew: its object deleted and created again, or the Domain restarted. Until then Ready is False, ReplugRequired.</summary>
    Replug,

    /// <summary>When the Domain is next started. Until then its RestartRequired is True.</summary>
    Restart,

    /// <summary>Never: the change is refused.</summary>
    Refused,
}

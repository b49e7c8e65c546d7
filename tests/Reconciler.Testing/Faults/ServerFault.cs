namespace Reconciler.Testing.Faults;

/// <summary>How a call to a <see cref="HistoryServer"/>, or a watch that is open, goes wrong.</summary>
public enum ServerFault
{
    /// <summary>The connection is lost, or cut in the middle of a frame: both reach the reflector as a failure without a status code.</summary>
    Lost,

    /// <summary>Nobody answers, and nobody says so: a half-open connection.</summary>
    Silent,

    /// <summary>429 with Retry-After.</summary>
    Busy,

    /// <summary>500.</summary>
    Broken,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>504 "Too large resource version": another API server answers, whose cache is behind.</summary>
    Behind,

    /// <summary>410; of an open watch: an ERROR frame.</summary>
    Gone,

    /// <summary>401, with a token that is just being rotated.</summary>
    Unauthorized,

    /// <summary>403: RBAC was taken away.</summary>
    Forbidden,

    /// <summary>404: the CRD is not installed.</summary>
    Missing,

    /// <summary>200 with an answer that is not to be read: too large, or no JSON.</summary>
    Unreadable,

    /// <summary>The answer takes ten seconds.</summary>
    Slow,

    /// <summary>The watch ends, as it may at any time.</summary>
    Ends,
}

namespace Reconciler.Testing.Faults;

/// <summary>What an <see cref="HttpFaultProxy"/> does to a request or to its answer.</summary>
/// <remarks>
/// The first group is for every request, the second for lists, the third for watches. A proxy does not change the order of frames and does
/// not leave one out: a watch promises every change after its version, those of one object in order (kubernetes issue 46173, and
/// "Efficient detection of changes" of the API concepts). That a state is seen twice is allowed, for one who resumes from an older version
/// than it has seen: <see cref="Replay"/>.
/// </remarks>
public enum ProxyFault
{
    None,

    /// <summary>The request waits before it is sent on.</summary>
    Delay,

    /// <summary>The connection is reset before anything was sent on.</summary>
    Reset,

    /// <summary>The request is taken and never answered: a half-open connection.</summary>
    HalfOpen,

    /// <summary>429 with Retry-After: 1.</summary>
    TooManyRequests,

    /// <summary>500.</summary>
    InternalError,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>410: the version or the continue token has expired.</summary>
    Gone,

    /// <summary>The answer breaks off half way.</summary>
    TruncatedList,

    /// <summary>Each frame comes in two parts, with a pause between them.</summary>
    SlowFrames,

    /// <summary>The stream ends properly in the middle of a frame.</summary>
    TruncatedFrame,

    /// <summary>The connection is reset in the middle of a frame.</summary>
    CutFrame,

    /// <summary>An ERROR frame with 410.</summary>
    GoneFrame,

    /// <summary>An ERROR frame with 500.</summary>
    ErrorFrame,

    /// <summary>From some frame on nothing comes any more, and the connection stays open.</summary>
    Silence,

    /// <summary>The watch starts from an older version than was asked for: what came after that one comes again.</summary>
    Replay,
}

namespace Reconciler.Runtime.Rbac;

/// <summary>What may be done with a resource.</summary>
[Flags]
public enum RbacVerb
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read an object.</summary>
    Get = 1 << 0,

    /// <summary>List objects.</summary>
    List = 1 << 1,

    /// <summary>Watch objects.</summary>
    Watch = 1 << 2,

    /// <summary>Create objects.</summary>
    Create = 1 << 3,

    /// <summary>Replace objects.</summary>
    Update = 1 << 4,

    /// <summary>Patch and apply objects.</summary>
    Patch = 1 << 5,

    /// <summary>Delete objects.</summary>
    Delete = 1 << 6,

    /// <summary>What a reflector needs.</summary>
    Read = Get | List | Watch,

    /// <summary>Everything.</summary>
    All = Read | Create | Update | Patch | Delete,
}

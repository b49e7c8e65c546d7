namespace Reconciler.Api.Scheduling;

/// <summary>Why a host can't take a domain.</summary>
public enum UnfitReason
{
    /// <summary>spec.placement.hostName names another host.</summary>
    HostNameMismatch,

    /// <summary>It lacks a label of spec.placement.hostSelector.</summary>
    HostSelectorMismatch,

    /// <summary>The host's name is too long for the label that its agent watches by.</summary>
    HostNameTooLong,

    /// <summary>The XenHost is being deleted.</summary>
    BeingDeleted,

    /// <summary>An admin has asked that nothing new comes here: spec.schedulable, spec.maintenance, or its Node.</summary>
    Unschedulable,

    /// <summary>Its condition Ready is not True, or its agent has not reported its facts.</summary>
    NotReady,

    /// <summary>Its hypervisor can't run guests of this type.</summary>
    TypeNotSupported,

    /// <summary>It has fewer CPUs than the domain has virtual ones.</summary>
    NotEnoughCpus,

    /// <summary>It can't attach volumes of a XenStoragePool that a disk is in.</summary>
    PoolNotReachable,

    /// <summary>It can't attach NICs to a XenNetwork that one is on.</summary>
    NetworkNotReachable,

    /// <summary>A disk is not in a shared pool, and another host had the domain last.</summary>
    DiskOnAnotherHost,

    /// <summary>It holds a Domain that is to be kept apart (required).</summary>
    AntiAffinity,

    /// <summary>Its agent gave the domain back not long ago, or does so now.</summary>
    Refused,

    /// <summary>Its free memory, less what is reserved for domains that are to start there, is too little.</summary>
    NotEnoughMemory,
}

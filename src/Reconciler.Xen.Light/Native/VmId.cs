namespace Reconciler.Xen.Light.Native;

/// <summary>A domain's identity, as libxl_list_vm gives it.</summary>
internal readonly record struct VmId(Guid Uuid, int Domid);

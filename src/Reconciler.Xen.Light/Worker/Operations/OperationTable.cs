using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>Gives each request to what serves it, and turns what comes back, errors included, into a reply.</summary>
internal sealed class OperationTable
{
    private readonly ILibxl _libxl;
    private readonly Observer _observer;
    private readonly DomainOperations _domains;
    private readonly DeviceOperations _devices;
    private readonly AdoptionOperations _adoption;

    public OperationTable(ILibxl libxl, IDeviceStore devices, LoopDevices loops, NicPorts ports, Intents intents, OperationLocks locks)
    {
        _libxl = libxl;
        _observer = new Observer(libxl, intents, locks, ports);
        DiskClaims claims = new(devices, locks);
        NicClaims nics = new(devices, ports);
        MarkedDomains domains = new(libxl, _observer, locks);
        _domains = new DomainOperations(libxl, _observer, intents, domains, loops, claims, nics, ports);
        _adoption = new AdoptionOperations(libxl, _observer, domains, new XlProcesses());
        _devices = new DeviceOperations(libxl, devices, loops, claims, nics, ports, domains);
    }

    public WorkerReply Serve(WorkerRequest request)
    {
        try
        {
            return Dispatch(request);
        }
        catch (XenException e)
        {
            return new WorkerReply { Id = request.Id, Error = new WorkerError { Code = e.Code, Message = e.Detail } };
        }
        catch (LibxlException e)
        {
            _libxl.Reopen();
            return new WorkerReply { Id = request.Id, Error = new WorkerError { Message = e.Message, Function = e.Function, Result = e.Result } };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The state or lock directory, or a device file.
            return new WorkerReply { Id = request.Id, Error = new WorkerError { Code = XenErrorCode.Failed, Message = e.Message } };
        }
    }

    private WorkerReply Dispatch(WorkerRequest operation)
    {
        WorkerReply reply = new() { Id = operation.Id };
        switch (operation)
        {
            case DescribeRequest:
                return reply with { Host = HostReports.Describe(_libxl) };
            case ObserveRequest observe:
                return reply with { Domains = _observer.Observe(observe) };
            case CheckRequest check:
                ConfigurationCheck.Verify(check.Configuration, _libxl.ReadBack);
                return reply;
            case CreateRequest create:
                return reply with { Domid = _domains.Create(create) };
            case InspectRequest inspect:
                return reply with { Found = _adoption.Inspect(inspect) };
            case AdoptRequest adopt:
                _adoption.Adopt(adopt);
                return reply;
            case UnpauseRequest unpause:
                _domains.Unpause(unpause);
                return reply;
            case PauseRequest pause:
                _domains.Pause(pause);
                return reply;
            case ShutdownRequest shutdown:
                _domains.RequestShutdown(shutdown);
                return reply;
            case WithdrawShutdownRequest withdraw:
                _domains.WithdrawShutdown(withdraw);
                return reply;
            case DestroyRequest destroy:
                _domains.Destroy(destroy);
                return reply;
            case AttachRequest attach:
                _devices.Attach(attach);
                return reply;
            case ConfigureNicRequest configure:
                _devices.Configure(configure);
                return reply;
            case RequestDetachRequest request:
                _devices.RequestDetach(request);
                return reply;
            case DetachRequest detach:
                _devices.Detach(detach);
                return reply;
            default:
                throw new XenException(XenErrorCode.NotSupported, operation.Operation, "this worker does not know the operation");
        }
    }
}

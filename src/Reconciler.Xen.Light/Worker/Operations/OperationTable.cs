using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>Gives each request to what serves it, and turns what comes back, errors included, into a reply.</summary>
internal sealed class OperationTable(ILibxl libxl, Intents intents, OperationLocks locks)
{
    private readonly Observer _observer = new(libxl, intents, locks);
    private readonly DomainOperations _domains = new(libxl, new Observer(libxl, intents, locks), intents, locks);

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
            libxl.Reopen();
            return new WorkerReply { Id = request.Id, Error = new WorkerError { Message = e.Message, Function = e.Function, Result = e.Result } };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The state or lock directory, or a device file.
            return new WorkerReply { Id = request.Id, Error = new WorkerError { Code = XenErrorCode.Failed, Message = e.Message } };
        }
    }

    private WorkerReply Dispatch(WorkerRequest request)
    {
        WorkerReply reply = new() { Id = request.Id };
        switch (request)
        {
            case DescribeRequest:
                return reply with { Host = HostReports.Describe(libxl) };
            case ObserveRequest observe:
                return reply with { Domains = _observer.Observe(observe) };
            case CheckRequest check:
                ConfigurationCheck.Verify(check.Configuration, libxl.ReadBack);
                return reply;
            case CreateRequest create:
                return reply with { Domid = _domains.Create(create) };
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
            default:
                throw new XenException(XenErrorCode.NotSupported, request.Operation, "this worker does not know the operation");
        }
    }
}

using Reconciler.Runtime;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Status;

namespace HelloOperator;

/// <summary>Answers each Greeting in its status.</summary>
internal sealed class GreetingController(StatusWriter status) : IEntityController<Greeting>
{
    public async Task<ReconciliationResult<Greeting>> ReconcileAsync(ObjectKey key, Greeting? entity, CancellationToken cancellationToken)
    {
        if (entity is null) return ReconciliationResult<Greeting>.Success();
        var answer = new Greeting
        {
            Metadata = new() { Namespace = key.Namespace, Name = key.Name },
            Status = new() { Message = $"Hello, {entity.Spec?.Who ?? "world"}!" },
        };
        await status.ApplyAsync(entity, answer, cancellationToken);
        return ReconciliationResult<Greeting>.Success();
    }
}

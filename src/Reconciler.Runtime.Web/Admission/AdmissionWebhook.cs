using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>Asks a validator about a request, and sees to it that there is an answer in time.</summary>
internal sealed class AdmissionWebhook<T>(IAdmissionValidator<T> validator, AdmissionOptions options, RuntimeServices services) : IAdmissionWebhook
    where T : class, IResource<T>
{
    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Admission");

    /// <inheritdoc/>
    public string Path { get; } = AdmissionPaths.Of(Kind<T>.Definition);

    private static string Kind => Kind<T>.Definition.Kind;

    /// <inheritdoc/>
    public async Task<AdmissionResponse> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        CheckResource(request.Resource, request.SubResource);
        var context = ContextOf(request);
        var before = ReviewedObject<T>.Read(request.OldObject);
        var after = ReviewedObject<T>.Read(request.Object);
        CheckObjects(context.Operation, hasBefore: before != default, hasAfter: after != default);
        var result = WithoutValidator(context.Operation, before, after)
            ?? await AskAsync(token => Ask(context, before, after, token), context, cancellationToken);
        if (result is { IsAllowed: false, IsForNow: false }) AdmissionLog.Refused(_logger, Kind, context.Operation, context.Namespace, context.Name, context.User.Username, result.Message);
        return AdmissionResponses.Of(result, context, Kind<T>.Definition);
    }

    /// <summary>What can be said although an object can't be read; null when the validator can be asked.</summary>
    private static AdmissionResult? WithoutValidator(AdmissionOperations operation, ReviewedObject<T> before, ReviewedObject<T> after) => operation switch
    {
        AdmissionOperations.Delete when before.IsUnreadable => AdmissionResult.Allow(),
        // It is stored like that already. Refusing the change would keep its finalizers for ever; whoever reads it says what is wrong.
        AdmissionOperations.Update when before.IsUnreadable && after.IsUnreadable =>
            AdmissionResult.Allow($"This {Kind} still can't be read: {after.Error}"),
        _ when after.IsUnreadable => AdmissionResult.Deny($"This {Kind} can't be read: {after.Error}"),
        _ => null,
    };

    private ValueTask<AdmissionResult> Ask(AdmissionContext context, ReviewedObject<T> before, ReviewedObject<T> after, CancellationToken cancellationToken) =>
        context.Operation switch
        {
            AdmissionOperations.Delete => validator.DeleteAsync(before.Object!, context, cancellationToken),
            AdmissionOperations.Update when before.Object is { } old => validator.UpdateAsync(old, after.Object!, context, cancellationToken),
            // What it was can't be read, so there is nothing to compare with.
            _ => validator.CreateAsync(after.Object!, context, cancellationToken),
        };

    private async Task<AdmissionResult> AskAsync(
        Func<CancellationToken, ValueTask<AdmissionResult>> ask, AdmissionContext context, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // On the pool: one that blocks, against the contract, must not block the answer.
        var asked = Task.Run(async () => await ask(stop.Token), CancellationToken.None);
        try
        {
            return await asked.WaitAsync(options.Budget, services.Time, cancellationToken);
        }
        catch (TimeoutException) when (!asked.IsCompleted)
        {
            await stop.CancelAsync();
            // Nobody waits for it any more; what it still throws is not to surface as unobserved.
            _ = asked.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            AdmissionLog.TooSlow(_logger, Kind, context.Operation, context.Namespace, context.Name, options.Budget.TotalSeconds);
            return Failed($"the check took longer than {options.Budget.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            AdmissionLog.Broken(_logger, Kind, context.Operation, context.Namespace, context.Name, e);
            return Failed("the check itself failed; the operator's log says why");
        }
    }

    private AdmissionResult Failed(string reason) => options.OnFailure == AdmissionFailure.Allow
        ? AdmissionResult.Allow($"This {Kind} was not checked before it was stored: {reason}. It is checked again before anything acts on it.")
        : AdmissionResult.Deny($"This {Kind} could not be checked, which is not its fault: {reason}. Try again.");

    private void CheckResource(AdmissionResource? resource, string? subresource)
    {
        var plural = string.IsNullOrEmpty(subresource) ? resource?.Resource : $"{resource?.Resource}/{subresource}";
        if (resource is { Group: var group, Version: var version }
            && group == Kind<T>.Definition.Group && plural == Kind<T>.Definition.Plural && version == Kind<T>.Definition.Version) return;
        throw new MalformedReviewException(
            $"{Path} reviews {Kind<T>.Definition.QualifiedName} {Kind<T>.Definition.Version}, and request.resource is {plural}.{resource?.Group} {resource?.Version}");
    }

    private static AdmissionContext ContextOf(AdmissionRequest request) => new()
    {
        Uid = request.Uid is { Length: > 0 } uid ? uid : throw new MalformedReviewException("request.uid is missing"),
        Operation = request.Operation switch
        {
            "CREATE" => AdmissionOperations.Create,
            "UPDATE" => AdmissionOperations.Update,
            "DELETE" => AdmissionOperations.Delete,
            var other => throw new MalformedReviewException($"request.operation is \"{other}\", and CREATE, UPDATE and DELETE are reviewed"),
        },
        Name = request.Name ?? "",
        Namespace = string.IsNullOrEmpty(request.Namespace) ? null : request.Namespace,
        DryRun = request.DryRun == true,
        User = request.UserInfo ?? new AdmissionUser(),
    };

    private static void CheckObjects(AdmissionOperations operation, bool hasBefore, bool hasAfter)
    {
        if (!hasAfter && operation != AdmissionOperations.Delete) throw new MalformedReviewException("request.object is missing");
        if (!hasBefore && operation != AdmissionOperations.Create) throw new MalformedReviewException("request.oldObject is missing");
    }
}

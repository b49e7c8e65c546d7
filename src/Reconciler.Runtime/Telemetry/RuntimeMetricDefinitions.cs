namespace Reconciler.Runtime.Telemetry;

/// <summary>
/// The runtime's metrics. Names of client-go and controller-runtime wherever they have one, so that the dashboards and alerts which exist
/// for them work here.
/// </summary>
public static class RuntimeMetricDefinitions
{
    private static readonly MetricLabel Queue = new("name", "the controller that the queue belongs to");
    private static readonly MetricLabel Controller = new("controller", "the controller's name");
    private static readonly MetricLabel Resource = new("resource", "the kind, as `domains.xen.reconciler.dev`");
    private static readonly MetricLabel Call = new("resource", "the kind, as `domains.xen.reconciler.dev`, with `/status` behind it for a write of the status");
    private static readonly MetricLabel Webhook = new("webhook", "the path, as `/validate/domains.xen.reconciler.dev`");
    private static readonly MetricLabel Verb = new("verb", "`get`, `list`, `watch`, `create`, `apply`, `patch` or `delete`");

    internal static MetricDefinition QueueDepth { get; } = new(
        "workqueue_depth", MetricType.Gauge, "Keys that are ready and wait for a worker.",
        Queue, new("priority", "`high`: something has changed or is due; `low`: first fill and resync"));

    internal static MetricDefinition QueueAdds { get; } = new("workqueue_adds_total", MetricType.Counter, "Keys that became ready to be worked on.", Queue);

    internal static MetricDefinition QueueDuration { get; } = new(
        "workqueue_queue_duration_seconds", MetricType.Histogram, "How long keys waited, from ready to taken by a worker.", Queue);

    internal static MetricDefinition WorkDuration { get; } = new(
        "workqueue_work_duration_seconds", MetricType.Histogram, "How long workers held keys, from taken to done.", Queue);

    internal static MetricDefinition UnfinishedWork { get; } = new(
        "workqueue_unfinished_work_seconds", MetricType.Gauge, "Time that the keys in work have been in work so far, summed up.", Queue);

    internal static MetricDefinition LongestRunning { get; } = new(
        "workqueue_longest_running_processor_seconds", MetricType.Gauge, "Time that the key which is longest in work has been so.", Queue);

    internal static MetricDefinition QueueRetries { get; } = new("workqueue_retries_total", MetricType.Counter, "Keys put back after a failure.", Queue);

    internal static MetricDefinition Reconciles { get; } = new(
        "controller_runtime_reconcile_total", MetricType.Counter, "Reconciles by what they came to.", Controller,
        new("result", "`success`; `requeue_after`: success, and it asked to be called again; `failure`: it reported one; `error`: it threw, or its write conflicted with another's; `timeout`; `terminal`: a failure that is not retried"));

    internal static MetricDefinition ReconcileErrors { get; } = new(
        "controller_runtime_reconcile_errors_total", MetricType.Counter, "Reconciles that did not succeed, whatever the reason.", Controller);

    internal static MetricDefinition ReconcileDuration { get; } = new(
        "controller_runtime_reconcile_time_seconds", MetricType.Histogram, "Duration of one reconcile.", Controller);

    internal static MetricDefinition ActiveWorkers { get; } = new(
        "controller_runtime_active_workers", MetricType.Gauge, "Reconciles in progress.", Controller);

    internal static MetricDefinition MaxWorkers { get; } = new(
        "controller_runtime_max_concurrent_reconciles", MetricType.Gauge, "Reconciles that may be in progress at once.", Controller);

    internal static MetricDefinition Lists { get; } = new("reconciler_lists_total", MetricType.Counter, "Lists that came to their last page.", Resource);

    internal static MetricDefinition WatchRestarts { get; } = new(
        "reconciler_watch_restarts_total", MetricType.Counter, "Watches that ended, each followed by another one.", Resource,
        new("reason", "`ended`: by the server, as usual; `expired`: 410, a list follows; `error`; `stalled`: silent past its time; `too_short`: ended within a second, without an event"));

    internal static MetricDefinition StoreObjects { get; } = new("reconciler_store_objects", MetricType.Gauge, "Objects that the store of a kind holds.", Resource);

    internal static MetricDefinition Undecodable { get; } = new(
        "reconciler_undecodable_objects_total", MetricType.Counter, "Objects received that could not be read.", Resource);

    internal static MetricDefinition StatusWrites { get; } = new(
        "reconciler_status_writes_total", MetricType.Counter, "Writes of a status.", Resource, new("result", "`written`, or `skipped` because nothing would have changed"));

    internal static MetricDefinition Events { get; } = new(
        "reconciler_events_total", MetricType.Counter, "Kubernetes Events by what became of them.",
        new MetricLabel("result", "`written`; `dropped`: too many waited; `failed`: the API server did not take it"));

    internal static MetricDefinition Leader { get; } = new(
        "leader_election_master_status", MetricType.Gauge, "1 while this process leads, 0 while another does.", new MetricLabel("name", "the Lease's name"));

    internal static MetricDefinition Requests { get; } = new(
        "rest_client_requests_total", MetricType.Counter, "Calls of the API, each with its retries.", Verb, Call,
        new("code", "the HTTP status (200 for every success); `<error>` when there was no answer; `canceled` when it was not waited for"));

    internal static MetricDefinition RequestDuration { get; } = new(
        "rest_client_request_duration_seconds", MetricType.Histogram, "Duration of calls of the API, with their retries. Watches are not counted.", Verb, Call);

    internal static MetricDefinition WebhookRequests { get; } = new(
        "controller_runtime_webhook_requests_total", MetricType.Counter, "Admission reviews that were answered.", Webhook,
        new("code", "the HTTP status: 200 for every review, allowed or not"));

    internal static MetricDefinition WebhookLatency { get; } = new(
        "controller_runtime_webhook_latency_seconds", MetricType.Histogram, "Duration of admission reviews.", Webhook);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        QueueDepth, QueueAdds, QueueDuration, WorkDuration, UnfinishedWork, LongestRunning, QueueRetries,
        Reconciles, ReconcileErrors, ReconcileDuration, ActiveWorkers, MaxWorkers,
        Requests, RequestDuration, Lists, WatchRestarts, StoreObjects, Undecodable, StatusWrites, Events, Leader,
        WebhookRequests, WebhookLatency,
        .. ProcessMetrics.Definitions,
    ];
}

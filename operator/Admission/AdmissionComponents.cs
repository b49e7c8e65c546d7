using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Operator.Admission;

/// <summary>The webhooks, and the certificate by which the API server knows them.</summary>
// The verb create too is limited by name: an apply names what it creates.
[EntityRbac(
    typeof(Secret),
    Verbs = RbacVerb.Read | RbacVerb.Create | RbacVerb.Patch, ResourceNames = [WebhookNames.Secret], InOwnNamespace = true)]
[EntityRbac(
    typeof(ValidatingWebhookConfiguration),
    Verbs = RbacVerb.Read | RbacVerb.Patch, ResourceNames = [WebhookNames.Configuration])]
internal static class AdmissionComponents;

using HelloOperator;
using Microsoft.Extensions.Hosting;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Runtime.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddKubernetesClient(new HttpKubernetesClient(KubernetesConfig.Load()));
builder.AddKubernetesOperator(settings => settings.Name = "hello-operator").AddController<GreetingController, Greeting>();
await builder.Build().RunAsync();

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Runtime.Hosting;

/// <summary>
/// What an operator is made of. Each executable lists its stores and controllers in one extension method, <c>RegisterComponents</c>:
/// nothing is found by scanning.
/// </summary>
public sealed class OperatorBuilder
{
    private readonly Dictionary<Type, object> _stores = [];

    internal OperatorBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Keeps the objects of a kind in a <see cref="Store{T}"/>, one per kind and process. Controllers call for the stores that they need
    /// by themselves; this is for options and indexes.
    /// </summary>
    /// <param name="options">What is listed; null leaves it as it is.</param>
    /// <param name="configure">Adds indexes.</param>
    public OperatorBuilder AddStore<T>(ReflectorOptions? options = null, Action<Store<T>>? configure = null)
        where T : class, IResource<T>
    {
        if (!_stores.TryGetValue(typeof(T), out var registration))
        {
            var added = new StoreRegistration<T>();
            _stores[typeof(T)] = registration = added;
            Services.AddSingleton(_ => added.Create());
            Services.AddSingleton<IReflector>(sp => new Reflector<T>(
                sp.GetRequiredService<IKubernetesClient>(), sp.GetRequiredService<Store<T>>(), added.Options, sp.GetRequiredService<RuntimeServices>()));
        }

        var typed = (StoreRegistration<T>)registration;
        typed.Options = options ?? typed.Options;
        if (configure is not null)
        {
            typed.Configure.Add(configure);
        }

        return this;
    }

    /// <summary>Adds a controller of a kind.</summary>
    /// <typeparam name="TImplementation">The controller; its constructor's parameters come from the services.</typeparam>
    /// <typeparam name="T">The kind.</typeparam>
    public OperatorBuilder AddController<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation, T>(
        Action<ControllerBuilder<T>>? configure = null)
        where TImplementation : class, IEntityController<T>
        where T : class, IResource<T>
    {
        Services.TryAddSingleton<TImplementation>();
        return AddController(sp => sp.GetRequiredService<TImplementation>(), typeof(TImplementation).Name, configure);
    }

    /// <summary>Adds a controller of a kind, made by a function: for one that is wrapped, as by a finalizer.</summary>
    /// <param name="implementation">Makes the controller, once.</param>
    /// <param name="name">In logs, metrics and traces.</param>
    /// <param name="configure">How it runs and what it watches.</param>
    public OperatorBuilder AddController<T>(
        Func<IServiceProvider, IEntityController<T>> implementation, string name, Action<ControllerBuilder<T>>? configure = null)
        where T : class, IResource<T>
    {
        var builder = new ControllerBuilder<T>(this, name);
        configure?.Invoke(builder);
        AddStore<T>();
        Services.AddSingleton(sp => builder.Build(sp, implementation(sp)));
        return this;
    }

    /// <summary>Adds a part with a life of its own.</summary>
    public OperatorBuilder AddPart(Func<IServiceProvider, IOperatorPart> part)
    {
        Services.AddSingleton(part);
        return this;
    }
}

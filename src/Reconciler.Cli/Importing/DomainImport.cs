using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;
using Reconciler.Cli.Importing.XlConfiguration;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Cli.Importing;

/// <summary>
/// Makes a Domain of an xl.cfg. Pure. Of every option of the file it is known afterwards whether it is in the Domain; those that are not
/// are findings. What is returned the API accepts.
/// </summary>
internal sealed class DomainImport
{
    private const string DefaultNamespace = "default";

    /// <summary>Where kernels may be unless the agent is told otherwise (its option --boot-directory).</summary>
    private static readonly string[] BootDirectories = ["/var/lib/reconciler/boot/", "/boot/"];

    private readonly Dictionary<string, XlAssignment> _options;
    private readonly List<Finding> _findings = [];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private bool _isHvm;

    private DomainImport(XlConfig config) => _options = config.Options.ToDictionary(option => option.Name, StringComparer.Ordinal);

    /// <param name="config">The file.</param>
    /// <param name="name">Of the Domain; null: that of the file.</param>
    /// <param name="namespace">Of the Domain; null: none is written, and kubectl's applies.</param>
    /// <param name="hostName">The XenHost that the paths of the file belong to; null: the operator chooses.</param>
    /// <exception cref="XlSyntaxException">A value is none that xl could read.</exception>
    public static ImportedDomain Import(XlConfig config, string? name, string? @namespace, string? hostName)
    {
        var import = new DomainImport(config);
        foreach (var (earlier, later) in config.Overwritten)
            import._findings.Add(Finding.Of(FindingKind.Note, earlier, $"has no effect: line {later.Line} sets {later.Name} again. Remove one of the two"));
        var (networks, domain) = import.Make(name, @namespace, hostName);
        foreach (var option in config.Options)
        {
            if (!import._read.Contains(option.Name) && UnsupportedOptions.Find(option) is { } advice) import.Say(FindingKind.Lost, option, advice);
        }

        if (!import._isHvm) import.Validate(domain, networks);
        var isFatal = import._findings.Exists(finding => finding.Kind == FindingKind.Fatal);
        return new ImportedDomain(isFatal ? [] : networks, isFatal ? null : domain, [.. import._findings.OrderBy(finding => finding.Line)]);
    }

    private (IReadOnlyList<XenNetwork> Networks, Domain Domain) Make(string? name, string? @namespace, string? hostName)
    {
        var type = Type();
        var (networks, nics) = Nics();
        var domain = new Domain
        {
            ApiVersion = Domain.Definition.ApiVersion,
            Kind = Domain.Definition.Kind,
            Metadata = new ObjectMeta { Name = Name(name), Namespace = @namespace },
            Spec = new DomainSpec
            {
                // The guest may be running, made by xl. Nothing that was only read from a file may start it a second time.
                PowerState = PowerState.Halted,
                RestartPolicy = Ends.RestartPolicyOf(Read("on_poweroff"), Read("on_reboot"), Read("on_watchdog"), Read("on_crash"), Read("on_soft_reset"), Say),
                Type = type,
                Cpu = new CpuSpec { Vcpus = Vcpus() },
                Memory = new MemorySpec { Size = Memory() },
                Boot = Boot(),
                VbdTemplates = Disks() is { Count: > 0 } disks ? disks : null,
                VifTemplates = nics.Count > 0 ? nics : null,
                Placement = hostName is null ? null : new PlacementSpec { HostName = hostName },
            },
        };
        return (networks, domain);
    }

    private string Name(string? given)
    {
        var option = Read("name");
        if (given is not null)
        {
            // What is wrong with it is not to be looked for in the file.
            _options.Remove("name");
            return given;
        }

        if (option is null || Text(option).Length == 0)
        {
            _findings.Add(new Finding(FindingKind.Fatal, option?.Line ?? 0, "name", "a domain has a name. Set name, or give one with --name"));
            return "domain";
        }

        var text = Text(option);
        var name = ObjectName.Of(text);
        if (name is null) Say(FindingKind.Fatal, option, "nothing of it can be the name of an object: lower-case letters, digits, '-' and '.'. Give one with --name");
        else if (name != text) Say(FindingKind.Note, option, $"becomes {name}: names of objects are lower-case letters, digits, '-' and '.'. Give another with --name");
        return name ?? "domain";
    }

    private DomainType Type()
    {
        var (type, builder) = (Read("type"), Read("builder"));
        var isPvh = false;
        foreach (var option in new[] { type, builder }.OfType<XlAssignment>())
        {
            switch (Text(option))
            {
                case "hvm":
                    _isHvm = true;
                    Say(
                        FindingKind.Fatal, option,
                        "HVM guests are not supported yet. A Linux of 4.20 or newer also runs as PVH: copy its kernel and initrd to the host, set type = \"pvh\", kernel, ramdisk and cmdline, and import again. Keep other guests with xl");
                    break;
                case "pvh" when option == type:
                    isPvh = true;
                    break;
                case "pv" when option == type:
                case "generic" or "linux" when option == builder:
                    break;
                default:
                    throw new XlSyntaxException(option.Line, $"{option.Name} is {option.Value}; expected {(option == type ? "pv, pvh or hvm" : "generic or hvm")}");
            }
        }

        if (isPvh && builder is not null && !_isHvm) throw new XlSyntaxException(builder.Line, $"builder = {builder.Value} and type = {type!.Value} contradict each other; expected type alone");
        return isPvh ? DomainType.PVH : DomainType.PV;
    }

    private int Vcpus()
    {
        var vcpus = Number("vcpus") is { } number ? number : CpuSpec.DefaultVcpus;
        if (Number("maxvcpus") is { } maximum && maximum != vcpus)
            Say(FindingKind.Lost, _options["maxvcpus"], $"virtual CPUs can't be added to a running guest: it has {vcpus}. If it is to have {maximum}, set spec.cpu.vcpus to that");
        return vcpus;
    }

    /// <summary>MiB in the file. libxl's defaults: memory is maxmem, and that is 32 MiB.</summary>
    private string Memory()
    {
        var (memory, maximum) = (Number("memory"), Number("maxmem"));
        if (memory is null && maximum is null)
            _findings.Add(new Finding(FindingKind.Note, 0, "memory", "is not set: 32Mi are taken, the default of libxl. Set spec.memory.size to what the guest needs"));
        if (memory is not null && maximum is not null && maximum != memory)
            Say(FindingKind.Lost, _options["maxmem"], $"the memory of a running guest does not change: it has {memory}Mi. If it is to have {maximum}Mi, set spec.memory.size to that");
        return new Quantity((memory ?? maximum ?? 32) * (1L << 20)).ToString();
    }

    private BootSpec Boot()
    {
        var (kernel, ramdisk) = (Read("kernel"), Read("ramdisk"));
        if ((kernel is null || Text(kernel).Length == 0) && !_isHvm)
        {
            var loader = _options.GetValueOrDefault("bootloader");
            _findings.Add(new Finding(
                FindingKind.Fatal, kernel?.Line ?? loader?.Line ?? 0, "kernel",
                $"is not set{(loader is null ? "" : $", and the boot loader {Text(loader)} is not run")}: a Domain boots a kernel of the host. Copy kernel and initrd out of the guest's disk to /var/lib/reconciler/boot, set kernel, ramdisk and cmdline, and import again"));
        }

        foreach (var file in new[] { kernel, ramdisk }.OfType<XlAssignment>())
        {
            if (Text(file) is { Length: > 0 } path && path[0] == '/' && !BootDirectories.Any(directory => path.StartsWith(directory, StringComparison.Ordinal)))
                Say(FindingKind.Note, file, "agents take kernels and ramdisks from /var/lib/reconciler/boot and /boot. Copy it there, or start them with --boot-directory");
        }

        return new BootSpec
        {
            Kernel = kernel is null ? "" : Text(kernel),
            Ramdisk = ramdisk is not null && Text(ramdisk) is { Length: > 0 } initrd ? initrd : null,
            Cmdline = Cmdline(),
        };
    }

    private string? Cmdline()
    {
        var (cmdline, root, extra) = (Read("cmdline"), Read("root"), Read("extra"));
        if (cmdline is not null)
        {
            foreach (var ignored in new[] { root, extra }.OfType<XlAssignment>()) Say(FindingKind.Note, ignored, "has no effect, in xl neither: there is a cmdline. Remove it");
            return Text(cmdline);
        }

        string[] parts = [.. new[] { root is null ? null : $"root={Text(root)}", extra is null ? null : Text(extra) }.OfType<string>()];
        return parts.Length == 0 ? null : string.Join(' ', parts);
    }

    private List<VbdTemplate> Disks()
    {
        List<VbdTemplate> disks = [];
        foreach (var (index, item) in List("disk").Index())
        {
            if (DiskImport.Read(item, index, _findings) is { } disk) disks.Add(disk);
        }

        return disks;
    }

    private (IReadOnlyList<XenNetwork> Networks, List<VifTemplate> Nics) Nics()
    {
        OrderedDictionary<string, XenNetwork> networks = new(StringComparer.Ordinal);
        List<VifTemplate> nics = [];
        foreach (var (index, item) in List("vif").Index())
        {
            if (NicImport.Read(item, index, _findings) is not var (nic, bridge)) continue;
            if (!networks.TryGetValue(bridge, out var network))
            {
                network = Network(bridge, networks.Values);
                networks.Add(bridge, network);
            }

            nics.Add(nic with { Network = network.Metadata.Name! });
        }

        return ([.. networks.Values], nics);
    }

    private static XenNetwork Network(string bridge, IEnumerable<XenNetwork> others)
    {
        var name = ObjectName.Of(bridge) ?? "bridge";
        var unique = name;
        // Br0 and br0 are two bridges.
        for (var i = 2; others.Any(other => other.Metadata.Name == unique); i++) unique = $"{name}-{i}";
        return new XenNetwork
        {
            ApiVersion = XenNetwork.Definition.ApiVersion,
            Kind = XenNetwork.Definition.Kind,
            Metadata = new ObjectMeta { Name = unique },
            Spec = new XenNetworkSpec { Bridge = bridge },
        };
    }

    /// <summary>What the API would refuse: of the option that it comes from, and only where nothing was said of that option already.</summary>
    private void Validate(Domain domain, IReadOnlyList<XenNetwork> networks)
    {
        var named = domain.Metadata.Namespace is null ? domain with { Metadata = domain.Metadata with { Namespace = DefaultNamespace } } : domain;
        IEnumerable<FieldError> nameErrors = ObjectName.Of(named.Metadata.Name!) == named.Metadata.Name
            ? []
            : [new FieldError("metadata.name", named.Metadata.Name, "not the name of an object: lower-case letters, digits, '-' and '.'", "Give another with --name")];
        string[] said = [.. _findings.Where(finding => finding.Kind == FindingKind.Fatal).Select(finding => finding.Option.Split(' ')[0])];
        foreach (var error in nameErrors.Concat(DomainValidation.Validate(named)).Concat(networks.SelectMany(XenNetworkValidation.Validate)))
        {
            var options = OptionsOf(error.Field);
            if (options.Intersect(said, StringComparer.Ordinal).Any()) continue;
            var option = options.Select(name => _options.GetValueOrDefault(name)).FirstOrDefault(found => found is not null);
            _findings.Add(new Finding(FindingKind.Fatal, option?.Line ?? 0, option?.Name ?? options.FirstOrDefault() ?? error.Field, error.ToString()));
        }
    }

    private static string[] OptionsOf(string field) => field switch
    {
        "metadata.name" => ["name"],
        "spec.cpu.vcpus" => ["vcpus"],
        "spec.memory.size" => ["memory", "maxmem"],
        "spec.boot.kernel" => ["kernel"],
        "spec.boot.ramdisk" => ["ramdisk"],
        "spec.boot.cmdline" => ["cmdline", "extra", "root"],
        "spec.bridge" => ["vif"],
        _ when field.StartsWith("spec.vbdTemplates", StringComparison.Ordinal) => ["disk"],
        _ when field.StartsWith("spec.vifTemplates", StringComparison.Ordinal) => ["vif"],
        _ => [],
    };

    private XlAssignment? Read(string name)
    {
        _read.Add(name);
        return _options.GetValueOrDefault(name);
    }

    private static string Text(XlAssignment option) => option.Value.Text ?? throw new XlSyntaxException(option.Line, $"{option.Name} is a list; expected a text");

    private int? Number(string name)
    {
        if (Read(name) is not { } option) return null;
        return option.Value.TryNumber(out var number) && number >= 0
            ? number
            : throw new XlSyntaxException(option.Line, $"{name} is {option.Value}; expected a number");
    }

    private IReadOnlyList<XlValue> List(string name)
    {
        if (Read(name) is not { } option) return [];
        return option.Value.Items ?? throw new XlSyntaxException(option.Line, $"{name} is {option.Value}; expected a list: {name} = [ '...' ]");
    }

    private void Say(FindingKind kind, XlAssignment option, string message) => _findings.Add(Finding.Of(kind, option, message));
}

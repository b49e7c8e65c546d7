using System.Buffers;

namespace Reconciler.Cli.Importing.XlConfiguration;

/// <summary>A disk specification, xl-disk-configuration(5), taken apart: nothing is judged but the grammar.</summary>
internal sealed record XlDisk
{
    /// <summary>What it is made of; empty: nothing.</summary>
    public string Target { get; private set; } = "";

    /// <summary>raw, qcow, qcow2, vhd, qed or empty; null when it is not said.</summary>
    public string? Format { get; private set; }

    /// <summary>xvda, hda, sda, d0, or a number.</summary>
    public string Device { get; private set; } = "";

    public bool IsReadOnly { get; private set; }

    public bool IsCdrom { get; private set; }

    /// <summary>Whether the target had the old prefix phy:, with which xend took names relative to /dev.</summary>
    public bool IsPhy { get; private set; }

    /// <summary>The hotplug script, also that of an old prefix: block-iscsi of iscsi:.</summary>
    public string? Script { get; private set; }

    /// <summary>The domain of the backend.</summary>
    public string? Backend { get; private set; }

    /// <summary>Further parameters, as they are written: discard, direct-io-safe, backendtype=qdisk.</summary>
    public IReadOnlyList<string> Others => _others;

    private static readonly SearchValues<char> OfPrefixes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private readonly List<string> _others = [];
    private bool _isTargetGiven;
    private bool _isAccessGiven;
    private bool _hadPrefix;

    /// <remarks>
    /// The grammar is that of libxlu_disk_l.l: parameters between commas, each a word, a key and a value, or positional (target, format, vdev,
    /// access). target= takes all that follows, commas as well. An old prefix (file:, phy:, qcow2:) takes the place of the format.
    /// </remarks>
    /// <exception cref="XlSyntaxException">It is no disk specification.</exception>
    public static XlDisk Parse(string text, int line)
    {
        var disk = new XlDisk();
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            if (rest.StartsWith("target=", StringComparison.Ordinal))
            {
                if (disk._isTargetGiven && disk.Target.Length > 0) throw new XlSyntaxException(line, "the target of a disk is given twice; expected one");
                disk.Target = rest["target=".Length..].TrimEnd(',');
                disk._isTargetGiven = true;
                break;
            }

            var comma = rest.IndexOf(',', StringComparison.Ordinal);
            disk.Take(comma < 0 ? rest : rest[..comma], line);
            rest = comma < 0 ? "" : rest[(comma + 1)..].TrimStart();
        }

        if (disk.Device.Length == 0) throw new XlSyntaxException(line, "a disk has no vdev; expected TARGET,FORMAT,VDEV,ACCESS such as /dev/vg0/web,raw,xvda,rw");
        return disk;
    }

    private void Take(string parameter, int line)
    {
        var equals = parameter.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0) TakeKey(parameter, parameter[..equals], parameter[(equals + 1)..], line);
        else if (parameter == "cdrom") IsCdrom = true;
        else if (parameter is "discard" or "no-discard" or "direct-io-safe" or "colo" or "no-colo") _others.Add(parameter);
        else TakePositional(parameter, line);
    }

    private void TakeKey(string parameter, string key, string value, int line)
    {
        switch (key)
        {
            case "format":
                SetFormat(value, line);
                break;
            case "devtype":
                SetType(value, line);
                break;
            case "access":
                SetAccess(value, line);
                break;
            case "vdev":
                Device = value;
                break;
            case "script":
                Script = value;
                break;
            case "backend":
                Backend = value;
                break;
            default:
                // backendtype, specification, transport, grant_usage, colo-...: newer versions of xl know more.
                _others.Add(parameter);
                break;
        }
    }

    private void TakePositional(string parameter, int line)
    {
        if (!_isTargetGiven)
        {
            SetTarget(parameter, line);
        }
        else if (Device.Length == 0 && Format is null && !_hadPrefix)
        {
            // Without a target the vdev may follow at once: ",hdc:cdrom".
            if (Target.Length == 0 && parameter.Contains(':', StringComparison.Ordinal)) SetDevice(parameter, line);
            else SetFormat(parameter, line);
        }
        else if (Device.Length == 0)
        {
            SetDevice(parameter, line);
        }
        else if (!_isAccessGiven)
        {
            SetAccess(parameter, line);
        }
        else
        {
            throw new XlSyntaxException(line, $"a disk has too many parameters: {parameter}; expected TARGET,FORMAT,VDEV,ACCESS and then only key=value");
        }
    }

    private void SetTarget(string parameter, int line)
    {
        _isTargetGiven = true;
        while (parameter.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && !parameter.AsSpan(0, colon).ContainsAnyExcept(OfPrefixes))
        {
            var prefix = parameter[..colon];
            _hadPrefix = true;
            parameter = parameter[(colon + 1)..];
            switch (prefix)
            {
                case "raw" or "qcow" or "qcow2" or "vhd":
                    SetFormat(prefix, line);
                    break;
                case "iscsi" or "nbd" or "enbd" or "drbd":
                    Script = $"block-{prefix}";
                    Target = parameter;
                    return;
                case "phy":
                    IsPhy = true;
                    break;
                case "file" or "tapdisk" or "tap" or "tap2" or "aio" or "ioemu":
                    break;
                default:
                    throw new XlSyntaxException(line, $"a disk has the unknown prefix {prefix}:; expected file:, phy: or none. If it is part of the name, write target={prefix}:{parameter} at the end");
            }
        }

        Target = parameter;
    }

    /// <summary>A vdev, with the type after a colon in old files: hdc:cdrom.</summary>
    private void SetDevice(string parameter, int line)
    {
        var colon = parameter.LastIndexOf(':');
        Device = colon < 0 ? parameter : parameter[..colon];
        if (colon >= 0) SetType(parameter[(colon + 1)..], line);
    }

    private void SetType(string type, int line) => IsCdrom = type switch
    {
        "cdrom" => true,
        "disk" => false,
        _ => throw new XlSyntaxException(line, $"a disk has the unknown type {type}; expected cdrom or disk"),
    };

    private void SetFormat(string format, int line) => Format = format switch
    {
        "" => "raw",
        "raw" or "qcow" or "qcow2" or "vhd" or "qed" or "empty" => format,
        _ => throw new XlSyntaxException(line, $"a disk has the unknown format {format}; expected raw, qcow, qcow2, vhd, qed or empty"),
    };

    private void SetAccess(string access, int line)
    {
        _isAccessGiven = true;
        IsReadOnly = access switch
        {
            "r" or "ro" => true,
            "" or "w" or "rw" => false,
            _ => throw new XlSyntaxException(line, $"a disk has the unknown access {access}; expected r, ro, w or rw"),
        };
    }
}

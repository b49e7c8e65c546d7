namespace Reconciler.Agent.Commands.Get;

/// <summary>Ages as kubectl writes them (apimachinery, util/duration): "42s", "3m10s", "5h2m", "3d", "1y20d".</summary>
internal static class HumanDuration
{
    public static string Format(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 60 * 2) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return With(minutes, "m", seconds % 60, "s");
        if (minutes < 60 * 3) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return With(hours, "h", minutes % 60, "m");
        if (hours < 48) return $"{hours}h";
        var days = hours / 24;
        if (hours < 24 * 8) return With(days, "d", hours % 24, "h");
        if (hours < 24 * 365 * 2) return $"{days}d";
        var years = days / 365;
        return hours < 24L * 365 * 8 ? With(years, "y", days % 365, "d") : $"{years}y";
    }

    private static string With(long whole, string unit, long rest, string restUnit) =>
        rest == 0 ? $"{whole}{unit}" : $"{whole}{unit}{rest}{restUnit}";
}

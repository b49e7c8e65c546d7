using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Testing.ScriptedServer;

/// <summary>How a scripted server speaks TLS.</summary>
/// <param name="Certificate">Its certificate with key.</param>
/// <param name="AskForClientCertificate">Ask clients for a certificate; any is taken, none too. The script sees it.</param>
public sealed record ScriptedTls(X509Certificate2 Certificate, bool AskForClientCertificate = false);

{{/* Labels of every object. */}}
{{- define "reconciler.labels" -}}
app.kubernetes.io/part-of: reconciler
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of pods: nothing of the release's version, so that an upgrade which changes no pod restarts none. Context: {root, name, extra}. */}}
{{- define "reconciler.podLabels" -}}
{{ include "reconciler.selector" .name }}
app.kubernetes.io/part-of: reconciler
{{- with merge (dict) (.extra | default dict) (.root.Values.commonLabels | default dict) }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What a selector goes by; it can't be changed once it is there. Context: the component. */}}
{{- define "reconciler.selector" -}}
app.kubernetes.io/name: {{ . }}
{{- end }}

{{/* An image. Context: {image, tag}; tag is the default one. */}}
{{- define "reconciler.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .tag }}
{{- end -}}
{{- end }}

{{/*
A generated object (rbac/, admission/) as it is for this release. Its stand-in for the namespace becomes the release's, and labels are
added; with namespaced, it is put into the release's namespace. Context: {root, file, namespaced}. Yields YAML.
*/}}
{{- define "reconciler.generated" -}}
{{- $object := .root.Files.Get .file | replace "reconciler-system" .root.Release.Namespace | fromYaml -}}
{{- $_ := set $object.metadata "labels" (include "reconciler.labels" .root | fromYaml) -}}
{{- if .namespaced -}}
{{- $_ := set $object.metadata "namespace" .root.Release.Namespace -}}
{{- end -}}
{{- toYaml $object -}}
{{- end }}

{{/* Not empty where a drain of a Node is to empty its XenHost: it is the webhook that learns of it. Context: the root. */}}
{{- define "reconciler.drainGuard" -}}
{{- if and .Values.operator.enabled .Values.operator.drainGuard.enabled .Values.webhook.enabled }}true{{ end -}}
{{- end }}

{{/* Of an API group that every server has, the version that this one has. Context: the root. */}}
{{- define "reconciler.policyVersion" -}}
{{ semverCompare ">=1.21.0-0" .Capabilities.KubeVersion.Version | ternary "policy/v1" "policy/v1beta1" }}
{{- end }}

{{/* Removes a key wherever it is below a map or a list. Context: {from, key}. Yields nothing. */}}
{{- define "reconciler.prune" -}}
{{- $key := .key -}}
{{- if kindIs "map" .from -}}
{{- $_ := unset .from $key -}}
{{- range $_, $member := .from -}}
{{- include "reconciler.prune" (dict "from" $member "key" $key) -}}
{{- end -}}
{{- else if kindIs "slice" .from -}}
{{- range .from -}}
{{- include "reconciler.prune" (dict "from" . "key" $key) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* A ClusterRoleBinding of a component's account to the ClusterRole of the same name. Context: {root, name}. */}}
{{- define "reconciler.clusterRoleBinding" -}}
{{ include "reconciler.binding" (dict "root" .root "name" .name "role" "ClusterRole") }}
{{- end }}

{{- /* In the namespace of the release. */}}
{{- define "reconciler.roleBinding" -}}
{{ include "reconciler.binding" (dict "root" .root "name" .name "role" "Role") }}
{{- end }}

{{- define "reconciler.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .role }}Binding
metadata:
  name: {{ .name }}
  {{- if eq .role "Role" }}
  namespace: {{ .root.Release.Namespace }}
  {{- end }}
  labels:
    {{- include "reconciler.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .role }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ .name }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}
